#pragma once

#include <cstdint>

namespace mixvae::nn::kernels {

/// Negative binomial counts of cells as outputs y describe them: mean library x sigmoid(y), size
/// theta. Letters: A arms, B cells, D features.
struct CountRows {
  std::int64_t arms = 0;
  std::int64_t cells = 0;
  std::int64_t features = 0;
  const float* outputs = nullptr;      // [A, B, D]
  const float* log_size = nullptr;     // [A or 1, D]
  std::int64_t log_size_stride = 0;    // between arms; 0: one for all
  const float* log_library = nullptr;  // [B]
  const float* counts = nullptr;       // [B, D], not below 0
};

/// Derivatives of the mean error of each arm over its cells.
struct CountGradients {
  float* outputs = nullptr;   // [A, B, D]
  float* log_size = nullptr;  // [A, D]
};

/// errors [A, B]: the negative log-likelihood of each cell, and where asked the derivatives in the
/// same pass (docs/equations.md, counts). The same bits for any number of threads.
void negative_binomial_errors(const CountRows& rows, float* errors,
                              const CountGradients* gradients);

}  // namespace mixvae::nn::kernels
