#include "objectives/consensus.hpp"

namespace mixvae::objectives {
namespace {

/// w_a[k] = (Var_n q_a[., k] + epsilon)^(-1/2), unbiased variance over the batch: [A, B, K] -> [A,
/// 1, K].
torch::Tensor inverse_deviation(const torch::Tensor& q, double variance_floor) {
  const torch::Tensor centred = q - q.mean(1, true);
  const torch::Tensor variance = centred.square().sum(1, true) / static_cast<double>(q.size(1) - 1);
  return torch::rsqrt(variance + (nn::kTypeEpsilon + variance_floor));
}

/// Coordinates [A, B, K] whose Euclidean distance is the chosen distance.
torch::Tensor coordinates(const nn::TypePosterior& posterior, TypeDistance distance,
                          double variance_floor) {
  switch (distance) {
    case TypeDistance::d_sigma:
      return inverse_deviation(posterior.q, variance_floor) * posterior.log_q;
    case TypeDistance::aitchison:
      return posterior.log_q - posterior.log_q.mean(-1, true);
    case TypeDistance::euclidean:
    case TypeDistance::agreement:
      break;
  }
  return posterior.q;
}

/// sum_{a<b} mean_n -log sum_k q_a[n, k] q_b[n, k].
torch::Tensor disagreement(const torch::Tensor& q) {
  const torch::Tensor by_cell = q.transpose(0, 1);
  const torch::Tensor equal = torch::matmul(by_cell, by_cell.transpose(1, 2));
  const torch::Tensor minus_log = -torch::log(equal + nn::kTypeEpsilon);
  return torch::triu(minus_log, 1).sum(c10::IntArrayRef{1, 2}).mean();
}

}  // namespace

torch::Tensor consensus_distance(const nn::TypePosterior& posterior, TypeDistance distance,
                                 double variance_floor) {
  const std::int64_t arms = posterior.q.size(0);
  if (arms == 1) {
    return torch::zeros({}, posterior.q.options());
  }
  if (distance == TypeDistance::agreement) {
    return disagreement(posterior.q);
  }
  const torch::Tensor u = coordinates(posterior, distance, variance_floor);
  const torch::Tensor spread = (u - u.mean(0, true)).square().sum(-1);
  return static_cast<double>(arms) * spread.sum(0).mean();
}

torch::Tensor negative_entropy(const nn::TypePosterior& posterior) {
  return (posterior.q * posterior.log_q).sum(-1).mean(1);
}

torch::Tensor negative_balance_entropy(const torch::Tensor& q) {
  const torch::Tensor mean = q.mean(1);
  return torch::xlogy(mean, mean.clamp_min(1e-30)).sum(-1);
}

torch::Tensor type_cross_entropy(const torch::Tensor& log_q, const torch::Tensor& types,
                                 const torch::Tensor& weights) {
  const torch::Tensor given = types.ge(0).to(log_q.scalar_type());
  const torch::Tensor index =
      types.clamp_min(0).unsqueeze(-1).expand({log_q.size(0), log_q.size(1), 1});
  const torch::Tensor weight = weights.defined() ? given * weights : given;
  const torch::Tensor log_probability = log_q.gather(-1, index).squeeze(-1);
  return -(log_probability * weight).sum(1) / given.sum(1).clamp_min(1);
}

torch::Tensor class_prior_term(const torch::Tensor& q, const torch::Tensor& types) {
  constexpr double kEpsilon = 1e-7;
  const torch::Tensor given = types.ge(0).to(q.scalar_type());
  const torch::Tensor one_hot = torch::zeros_like(q).scatter_(
      -1, types.clamp_min(0).unsqueeze(-1).expand({q.size(0), q.size(1), 1}), 1.0);
  const torch::Tensor each = torch::binary_cross_entropy(q.clamp(kEpsilon, 1.0 - kEpsilon), one_hot,
                                                         {}, at::Reduction::None)
                                 .mean(-1);
  return (each * given).sum(1) / given.sum(1).clamp_min(1);
}

torch::Tensor reference_prior_term(const torch::Tensor& q, const torch::Tensor& prior) {
  const torch::Tensor one_hot = nn::most_probable_one_hot(q.detach()) + (q - q.detach());
  const torch::Tensor each =
      torch::binary_cross_entropy(one_hot, prior.expand_as(one_hot), {}, at::Reduction::None);
  return each.mean(c10::IntArrayRef{1, 2});
}

}  // namespace mixvae::objectives
