#pragma once

#include "nn/kernels/matrix_product.hpp"
#include "nn/torch.hpp"

namespace mixvae::nn {

/// Whether our kernels compute with such values: floats on the CPU.
inline bool suits_kernels(const torch::Tensor& tensor) {
  return tensor.defined() && tensor.device().is_cpu() && tensor.scalar_type() == torch::kFloat32;
}

/// Whether all of them can run on such values: there is a BLAS, too.
inline bool kernels_run_on(const torch::Tensor& tensor) {
  return suits_kernels(tensor) && kernels::has_matrix_product();
}

/// Whether they can read them as they lie: such values without gaps.
inline bool readable_by_kernels(const torch::Tensor& tensor) {
  return suits_kernels(tensor) && tensor.is_contiguous();
}

}  // namespace mixvae::nn
