#pragma once

#include <cstdint>

namespace mixvae::nn::kernels {

/// max(v, 0), or v where it is positive and else exp(v) - 1 (ELU; Clevert, Unterthiner and
/// Hochreiter, ICLR 2016). NaN stays NaN.
enum class Activation { relu, elu };

/// out = mask * activation(values), over `count` values; `mask` (factors >= 0, of dropout) may be
/// null: all 1. `out` may be `values`.
void activate(Activation activation, std::int64_t count, const float* values, const float* mask,
              float* out);

/// The way back: out = gradients times the derivative of `active` = mask * activation(v) by v,
/// which follows from `active` and the mask alone. `out` is none of the others.
void gradients_before_activation(Activation activation, std::int64_t count, const float* gradients,
                                 const float* active, const float* mask, float* out);

}  // namespace mixvae::nn::kernels
