#include "nn/initial_parameter.hpp"

#include <cmath>

#include "nn/random.hpp"

namespace mixvae::nn {

torch::Tensor initial_parameter(at::IntArrayRef shape, std::int64_t inputs, std::uint64_t seed,
                                std::uint64_t step) {
  const double bound = 1.0 / std::sqrt(static_cast<double>(inputs));
  const torch::Tensor u =
      uniform(shape, {seed, Purpose::initial_weights, step}, torch::TensorOptions());
  return ((2.0 * u - 1.0) * bound).requires_grad_(true);
}

}  // namespace mixvae::nn
