#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "models/model.hpp"

namespace mixvae::models {

/// Largest deviation of autograd from central differences over some values of each parameter,
/// relative to the gradient's size, in double precision. `terms` gives the loss first; running
/// statistics move with each call: they must not enter it. `step` must be so small that
/// no activation crosses a kink.
inline double gradient_error(const std::vector<NamedTensor>& parameters,
                             const std::function<LossTerms()>& terms, double step = 1e-6) {
  for (const NamedTensor& parameter : parameters) {
    parameter.tensor.mutable_grad() = torch::Tensor();
  }
  const auto loss = [&] { return terms().front().second; };
  loss().backward();
  double worst = 0;
  for (const NamedTensor& parameter : parameters) {
    const torch::Tensor gradient = parameter.tensor.grad().defined()
                                       ? parameter.tensor.grad().clone().flatten()
                                       : torch::zeros_like(parameter.tensor).flatten();
    const torch::Tensor values = parameter.tensor.detach().flatten();
    for (std::int64_t i = 0; i < values.numel(); i += 1 + values.numel() / 7) {
      const torch::NoGradGuard no_grad;
      const double old = values[i].item<double>();
      values[i] = old + step;
      const double above = loss().item<double>();
      values[i] = old - step;
      const double below = loss().item<double>();
      values[i] = old;
      const double scale = 1e-3 * (1.0 + std::abs(above)) + gradient.abs().max().item<double>();
      worst = std::max(worst,
                       std::abs((above - below) / (2 * step) - gradient[i].item<double>()) / scale);
    }
  }
  return worst;
}

/// That of a model's training loss by the parameters whose name begins so; converts the model to
/// double precision.
inline double gradient_error(Model& model, const Batch& batch, const std::string& prefix = "") {
  model.to_double();
  std::vector<NamedTensor> chosen = model.parameters();
  std::erase_if(chosen, [&](const NamedTensor& each) { return !each.name.starts_with(prefix); });
  return gradient_error(chosen, [&] { return model.training_loss(batch); });
}

}  // namespace mixvae::models
