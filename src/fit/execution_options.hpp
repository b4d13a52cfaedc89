#pragma once

#include <cstdint>
#include <string>

#include "base/options.hpp"
#include "nn/execution.hpp"
#include "nn/torch.hpp"

namespace mixvae::fit {

enum class Kernels { fused, plain };

/// How tensors are computed: rounding aside, nothing of the result.
struct ExecutionOptions {
  Kernels kernels = Kernels::fused;
  nn::kernels::Precision precision = nn::kernels::Precision::fp32;
};

Options options(ExecutionOptions& execution);

nn::Execution execution_of(const ExecutionOptions& options);

/// Throws UsageError for products of 16-bit numbers where this machine or the device has none.
void require_possible(const ExecutionOptions& options, torch::Device device);

/// Throws UsageError for products of 16-bit numbers where an output layer of so many outputs has
/// none; `what` these are, for the message.
void require_wide_outputs(const ExecutionOptions& options, std::int64_t outputs,
                          const std::string& what);

}  // namespace mixvae::fit
