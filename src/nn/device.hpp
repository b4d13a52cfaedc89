#pragma once

#include <string>

#include "nn/torch.hpp"

namespace mixvae::nn {

/// The device of that name: "cpu", "cuda", or "auto" for CUDA when there is such a device, else the
/// CPU. Throws UsageError for "cuda" without one.
torch::Device device_named(const std::string& name);

/// Whether matrix products on CUDA devices may round floats to the 10 bits of TF32 from now on,
/// sums staying in floats: several times as fast.
void allow_tf32(bool allowed);

}  // namespace mixvae::nn
