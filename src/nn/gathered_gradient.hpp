#pragma once

#include "nn/torch.hpp"

namespace mixvae::nn {

/// Where a backward pass adds to a parameter's gradient: straight to the one that the
/// parameter has already (of a ParameterBank), which spares a tensor and its sum, else to a new
/// one.
class GatheredGradient {
 public:
  explicit GatheredGradient(const torch::Tensor& parameter) {
    const torch::Tensor& gradient = parameter.grad();
    if (gradient.defined() && gradient.is_contiguous()) {
      target_ = gradient;
    } else {
      returned_ = torch::zeros_like(parameter.detach());
      target_ = returned_;
    }
  }

  float* data() const { return target_.data_ptr<float>(); }
  /// What the autograd function returns: nothing where the gradient has been added already.
  const torch::Tensor& returned() const { return returned_; }

 private:
  torch::Tensor target_;
  torch::Tensor returned_;
};

}  // namespace mixvae::nn
