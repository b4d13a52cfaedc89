#include "models/parts/likelihood.hpp"
#include "objectives/reconstruction.hpp"

namespace mixvae::models {
namespace {

class SquaredErrorLikelihood final : public Likelihood {
 public:
  explicit SquaredErrorLikelihood(OutputActivation output) : output_(output) {}

  ValueRange values() const override { return ValueRange::any; }
  torch::Tensor error(const torch::Tensor& outputs, const torch::Tensor& target) const override {
    return objectives::squared_error(mean(outputs), target);
  }
  torch::Tensor mean(const torch::Tensor& outputs) const override {
    return output_ == OutputActivation::relu ? torch::relu(outputs) : outputs;
  }
  torch::Tensor sample(const torch::Tensor& outputs, const nn::NoiseKey& key) const override {
    return mean(outputs) + nn::normal(outputs.sizes(), key, outputs.options());
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
