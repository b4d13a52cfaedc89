#include "models/parts/likelihood.hpp"
#include "objectives/reconstruction.hpp"

namespace mixvae::models {
namespace {

class SquaredErrorLikelihood final : public Likelihood {
 public:
  explicit SquaredErrorLikelihood(OutputActivation output) : output_(output) {}

  ValueRange values() const override { return ValueRange::any; }
  torch::Tensor error(const Decoded& decoded, const torch::Tensor& target) const override {
    return objectives::squared_error(mean(decoded), target);
  }
  torch::Tensor mean(const Decoded& decoded) const override {
    return output_ == OutputActivation::relu ? torch::relu(decoded.outputs) : decoded.outputs;
  }
  torch::Tensor sample(const Decoded& decoded, const nn::NoiseKey& key) const override {
    const torch::Tensor m = mean(decoded);
    return m + nn::normal(m.sizes(), key, m.options());
  }
  torch::Tensor at_best_scale(const torch::Tensor& mean_errors,
                              std::int64_t features) const override {
    return objectives::best_variance_likelihood(mean_errors.unsqueeze(1), features);
  }
  std::optional<nn::kernels::OutputKind> fused_form() const override {
    return output_ == OutputActivation::relu ? nn::kernels::OutputKind::relu
                                             : nn::kernels::OutputKind::linear;
  }

 private:
  OutputActivation output_;
};

}  // namespace

std::shared_ptr<const Likelihood> squared_error_likelihood(OutputActivation output) {
  return std::make_shared<SquaredErrorLikelihood>(output);
}

}  // namespace mixvae::models
