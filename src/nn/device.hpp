#pragma once

#include <string>

#include "nn/torch.hpp"

namespace mixvae::nn {

/// The device of that name: "cpu", "cuda", or "auto" for CUDA when there is such a device, else the
/// CPU. Throws UsageError for "cuda" without one.
torch::Device device_named(const std::string& name);

}  // namespace mixvae::nn
