#include "nn/device.hpp"

#include "base/error.hpp"

namespace mixvae::nn {

torch::Device device_named(const std::string& name) {
  const bool present = at::hasCUDA();
  if (name == "cuda" && !present) {
    throw UsageError({.what = "there is no CUDA device that libtorch can use",
                      .found = "libtorch " TORCH_VERSION,
                      .hint = "--device cpu, or a build against a libtorch with CUDA"});
  }
  MIXVAE_ASSERT(name == "cpu" || name == "cuda" || name == "auto", "a known device name");
  return name != "cpu" && present ? torch::Device(torch::kCUDA) : torch::Device(torch::kCPU);
}

void allow_tf32(bool allowed) {
  at::globalContext().setAllowTF32CuBLAS(allowed);
  at::globalContext().setAllowTF32CuDNN(allowed);
}

}  // namespace mixvae::nn
