#pragma once

#include "nn/kernel_values.hpp"
#include "nn/kernels/output_layer.hpp"

namespace mixvae::nn {

/// How tensors are computed, which changes results by rounding alone. Parts and terms take it and
/// choose their form by it.
struct Execution {
  /// Kernels wherever they suit the values, else tensor operations.
  bool fused = true;
  /// What the matrix products of a wide output layer read while training.
  kernels::Precision precision = kernels::Precision::fp32;
  /// In the form that a device can repeat by itself (StepGraph): nothing is read back from tensors
  /// and no shape depends on their values.
  bool repeatable = false;

  bool runs_kernels_on(const torch::Tensor& tensor) const {
    return fused && kernels_run_on(tensor);
  }
};

}  // namespace mixvae::nn
