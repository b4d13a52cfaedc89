#pragma once

#include "nn/type_posterior.hpp"

namespace mixvae::nn {

/// How types are drawn from logits: the arguments of type_posterior and gumbel_softmax.
struct TypeDraw {
  TypeHead head = TypeHead::once;
  LogKind log_kind = LogKind::floored;
  double tau = 1;
  double temperature = 1;
};

struct TypeSample {
  TypePosterior posterior;
  torch::Tensor relaxed;  // [A, B, K]
};

/// type_posterior of the logits [A, B, K] and its relaxed gumbel_softmax with the noise
/// nn::gumbel(key), in one pass over the rows; equal to those but for rounding, with gradients for
/// the logits. Float on the CPU; the same bits for any number of threads.
TypeSample fused_types(const torch::Tensor& logits, const torch::Tensor& kept, const TypeDraw& draw,
                       const NoiseKey& key);

}  // namespace mixvae::nn
