#include "nn/type_posterior.hpp"

#include <cmath>
#include <limits>

namespace mixvae::nn {
namespace {

constexpr double kMinusInfinity = -std::numeric_limits<double>::infinity();

}  // namespace

TypePosterior type_posterior(const torch::Tensor& logits, const torch::Tensor& kept, TypeHead head,
                             double tau, LogKind log_kind) {
  const torch::Tensor scores = head == TypeHead::twice ? torch::softmax(logits * kept, -1) : logits;
  const torch::Tensor pruned = kept.logical_not();
  const torch::Tensor log_softmax =
      torch::log_softmax((scores / tau).masked_fill(pruned, kMinusInfinity), -1);
  const double log_epsilon = std::log(kTypeEpsilon);
  const torch::Tensor finite = log_softmax.masked_fill(pruned, log_epsilon);
  const torch::Tensor q = torch::exp(log_softmax);
  if (log_kind == LogKind::exact) {
    return {q, finite};
  }
  const torch::Tensor floored =
      torch::logaddexp(finite, torch::full({}, log_epsilon, logits.options()));
  return {q, floored.masked_fill(pruned, log_epsilon)};
}

torch::Tensor gumbel_softmax(const TypePosterior& posterior, const torch::Tensor& kept,
                             const torch::Tensor& noise, double temperature, bool hard) {
  const torch::Tensor scores = (posterior.log_q + noise) / temperature;
  const torch::Tensor relaxed =
      torch::softmax(scores.masked_fill(kept.logical_not(), kMinusInfinity), -1);
  if (!hard) {
    return relaxed;
  }
  return most_probable_one_hot(relaxed.detach()) + (relaxed - relaxed.detach());
}

torch::Tensor most_probable_one_hot(const torch::Tensor& q) {
  return torch::zeros_like(q).scatter_(-1, q.argmax(-1, true), 1.0);
}

}  // namespace mixvae::nn
