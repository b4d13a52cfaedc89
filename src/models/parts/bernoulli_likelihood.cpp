#include "models/parts/likelihood.hpp"
#include "objectives/reconstruction.hpp"

namespace mixvae::models {
namespace {

class BernoulliLikelihood final : public Likelihood {
 public:
  ValueRange values() const override { return ValueRange::unit; }
  torch::Tensor error(const torch::Tensor& outputs, const torch::Tensor& target) const override {
    return objectives::bernoulli_error(outputs, target);
  }
  torch::Tensor mean(const torch::Tensor& outputs) const override {
    return torch::sigmoid(outputs);
  }
  torch::Tensor sample(const torch::Tensor& outputs, const nn::NoiseKey& key) const override {
    return nn::uniform(outputs.sizes(), key, outputs.options()).lt(mean(outputs)).to(outputs);
  }
  std::optional<nn::kernels::OutputKind> fused_form() const override {
    return nn::kernels::OutputKind::bernoulli;
  }
};

}  // namespace

std::shared_ptr<const Likelihood> bernoulli_likelihood() {
  return std::make_shared<BernoulliLikelihood>();
}

}  // namespace mixvae::models
