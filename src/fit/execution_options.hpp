#pragma once

#include "base/options.hpp"
#include "models/model.hpp"

namespace mixvae::fit {

enum class Kernels { fused, plain };

/// How tensors are computed: rounding aside, nothing of the result.
struct ExecutionOptions {
  Kernels kernels = Kernels::fused;
  nn::kernels::Precision precision = nn::kernels::Precision::fp32;
};

Options options(ExecutionOptions& execution);

nn::Execution execution_of(const ExecutionOptions& options);

/// Throws UsageError for products of 16-bit numbers where nothing would be computed with them, or
/// where this machine or the device has none.
void require_possible(const ExecutionOptions& options, const models::Model& model,
                      torch::Device device);

}  // namespace mixvae::fit
