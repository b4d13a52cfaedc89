#pragma once

#include <algorithm>
#include <cmath>
#include <string>

#include "models/model.hpp"

namespace mixvae::models {

/// Largest deviation of autograd from central differences over some values of every parameter whose
/// name begins so, relative to the gradient's size; converts the model to double precision. Running
/// statistics move with each call: they must not enter the training loss.
inline double gradient_error(Model& model, const Batch& batch, const std::string& prefix = "") {
  model.to_double();
  for (const NamedTensor& parameter : model.parameters()) {
    parameter.tensor.mutable_grad() = torch::Tensor();
  }
  const auto loss = [&] { return model.training_loss(batch).front().second; };
  loss().backward();
  double worst = 0;
  for (const NamedTensor& parameter : model.parameters()) {
    if (!parameter.name.starts_with(prefix)) {
      continue;
    }
    const torch::Tensor gradient = parameter.tensor.grad().defined()
                                       ? parameter.tensor.grad().clone().flatten()
                                       : torch::zeros_like(parameter.tensor).flatten();
    const torch::Tensor values = parameter.tensor.detach().flatten();
    for (std::int64_t i = 0; i < values.numel(); i += 1 + values.numel() / 7) {
      const torch::NoGradGuard no_grad;
      const double step = 1e-6;
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

}  // namespace mixvae::models
