#pragma once

#include "nn/random.hpp"
#include "nn/torch.hpp"

namespace mixvae::nn {

/// How logits become the type posterior (docs/equations.md, type posterior): `twice` is
/// softmax(softmax(a) / tau), the authors' head; `once` is softmax(a / tau).
enum class TypeHead { twice, once };

/// How log q is taken: `floored` is log(q + 1e-8), the authors' values without their underflow;
/// `exact` is the log-softmax.
enum class LogKind { floored, exact };

/// The constant inside log(q + epsilon) and inside the inverse variances of the consensus distance.
constexpr double kTypeEpsilon = 1e-8;

struct TypePosterior {
  torch::Tensor q;      // [A, B, K] q(c|x), zero for pruned types
  torch::Tensor log_q;  // [A, B, K] log(q + epsilon) or log q; log epsilon for pruned types
};

/// The type posterior of logits [A, B, K]. `kept` [K] bool marks the types that are not pruned; a
/// pruned type takes part in the first softmax of the `twice` head with logit 0, as in the
/// reference, and has q = 0.
TypePosterior type_posterior(const torch::Tensor& logits, const torch::Tensor& kept, TypeHead head,
                             double tau, LogKind log_kind);

/// A relaxed one-hot sample of the posterior (Gumbel-softmax; Jang, Gu, Poole, ICLR 2017):
/// softmax((log q + g) / temperature) with Gumbel noise g [A, B, K], exactly 0 for pruned types.
/// `hard` returns the one-hot of the largest entry, with the gradient of the relaxed sample
/// (straight through).
torch::Tensor gumbel_softmax(const TypePosterior& posterior, const torch::Tensor& kept,
                             const torch::Tensor& noise, double temperature, bool hard);

/// The one-hot of the most probable type, [A, B, K], without gradient.
torch::Tensor most_probable_one_hot(const torch::Tensor& q);

}  // namespace mixvae::nn
