#include "models/parts/likelihood.hpp"
#include "objectives/reconstruction.hpp"

namespace mixvae::models {
namespace {

class BernoulliLikelihood final : public Likelihood {
 public:
  ValueRange values() const override { return ValueRange::unit; }
  torch::Tensor error(const Decoded& decoded, const torch::Tensor& target) const override {
    return objectives::bernoulli_error(decoded.outputs, target);
  }
  torch::Tensor mean(const Decoded& decoded) const override {
    return torch::sigmoid(decoded.outputs);
  }
  torch::Tensor sample(const Decoded& decoded, const nn::NoiseKey& key) const override {
    const torch::Tensor p = mean(decoded);
    return nn::uniform(p.sizes(), key, p.options()).lt(p).to(p);
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
