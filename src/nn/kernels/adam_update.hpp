#pragma once

#include <cstdint>

namespace mixvae::nn::kernels {

/// The numbers of an Adam step that all elements share.
struct AdamFactors {
  float beta1;
  float beta2;
  float epsilon;
  float gradient_scale;
  float keep;        // 1 - learning rate * weight decay
  float step_size;   // learning rate / (1 - beta1^t)
  float correction;  // sqrt(1 - beta2^t)
};

/// Parameters, their gradients and moments.
struct AdamArrays {
  float* value;
  float* gradient;
  float* first;
  float* second;
};

/// One step (nn::Adam) for the elements begin ... end - 1, whose gradients are zero afterwards.
void adam_update(const AdamArrays& arrays, const AdamFactors& factors, std::int64_t begin,
                 std::int64_t end);

}  // namespace mixvae::nn::kernels
