#include "nn/arm_linear.hpp"

#include "base/error.hpp"
#include "nn/initial_parameter.hpp"

namespace mixvae::nn {

ArmLinear::ArmLinear(std::int64_t arms, std::int64_t inputs, std::int64_t outputs,
                     bool shared_by_arms, std::uint64_t seed, std::uint64_t layer)
    : arms_(arms) {
  const std::int64_t banks = shared_by_arms ? 1 : arms;
  weight_ = initial_parameter({banks, inputs, outputs}, inputs, seed, 2 * layer);
  bias_ = initial_parameter({banks, 1, outputs}, inputs, seed, 2 * layer + 1);
}

torch::Tensor ArmLinear::forward(const torch::Tensor& x) const {
  MIXVAE_ASSERT(x.size(-1) == inputs(), "the layer's input width fits");
  const torch::Tensor input = x.dim() == 2 ? x.expand({arms_, x.size(0), x.size(1)}) : x;
  const std::int64_t arms = input.size(0);
  return torch::baddbmm(bias_.expand({arms, 1, outputs()}), input,
                        weight_.expand({arms, inputs(), outputs()}));
}

void ArmLinear::visit(const std::string& name, const TensorVisitor& visitor) {
  visitor(name + ".weight", weight_, TensorKind::parameter);
  visitor(name + ".bias", bias_, TensorKind::parameter);
}

}  // namespace mixvae::nn
