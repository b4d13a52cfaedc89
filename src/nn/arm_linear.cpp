#include "nn/arm_linear.hpp"

#include <cmath>

#include "base/error.hpp"
#include "nn/random.hpp"

namespace mixvae::nn {
namespace {

torch::Tensor initial_parameter(at::IntArrayRef shape, double bound, std::uint64_t seed,
                                std::uint64_t step) {
  const torch::Tensor u =
      uniform(shape, {seed, Purpose::initial_weights, step}, torch::TensorOptions());
  return ((2.0 * u - 1.0) * bound).requires_grad_(true);
}

}  // namespace

ArmLinear::ArmLinear(std::int64_t arms, std::int64_t inputs, std::int64_t outputs,
                     bool shared_by_arms, std::uint64_t seed, std::uint64_t layer)
    : arms_(arms) {
  const double bound = 1.0 / std::sqrt(static_cast<double>(inputs));
  const std::int64_t banks = shared_by_arms ? 1 : arms;
  weight_ = initial_parameter({banks, inputs, outputs}, bound, seed, 2 * layer);
  bias_ = initial_parameter({banks, 1, outputs}, bound, seed, 2 * layer + 1);
}

torch::Tensor ArmLinear::forward(const torch::Tensor& x) const {
  MIXVAE_ASSERT(x.size(-1) == inputs(), "the layer's input width fits");
  const torch::Tensor input = x.dim() == 2 ? x.expand({arms_, x.size(0), x.size(1)}) : x;
  return torch::baddbmm(bias_.expand({arms_, 1, outputs()}), input,
                        weight_.expand({arms_, inputs(), outputs()}));
}

void ArmLinear::append_parameters(const std::string& name, std::vector<NamedTensor>& out) const {
  out.push_back({name + ".weight", weight_});
  out.push_back({name + ".bias", bias_});
}

void ArmLinear::to(const torch::TensorOptions& options) {
  convert_in_place(weight_, options);
  convert_in_place(bias_, options);
}

}  // namespace mixvae::nn
