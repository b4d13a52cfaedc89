#pragma once

#include <cstdint>

#include "nn/torch.hpp"

namespace mixvae::nn {

/// A learnable tensor ~ U(-1/sqrt(I), 1/sqrt(I)) for layers of I inputs per unit (PyTorch's
/// default; docs/equations.md, encoder); (seed, step) key its random numbers.
torch::Tensor initial_parameter(at::IntArrayRef shape, std::int64_t inputs, std::uint64_t seed,
                                std::uint64_t step);

}  // namespace mixvae::nn
