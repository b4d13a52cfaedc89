#pragma once

#include <gtest/gtest.h>

#include "models/model.hpp"

namespace mixvae::models {

/// The largest deviation, in parts of b's largest value.
inline double relative_difference(const torch::Tensor& a, const torch::Tensor& b) {
  return (a - b).abs().max().item<double>() / (1e-6 + b.abs().max().item<double>());
}

/// Expects the terms of a training step, the gradients of all parameters whose name `skipped` does
/// not fit, buffers, posteriors and validation losses of two models of the same weights to agree to
/// rounding, the one run by kernels, the other by tensor operations; each reads its own form of the
/// batch.
template <class Skipped>
void expect_same_training(Model& fused, Model& plain, Batch fused_batch, Batch plain_batch,
                          const Skipped& skipped) {
  fused_batch.execution.fused = true;
  plain_batch.execution.fused = false;
  const LossTerms terms = fused.training_loss(fused_batch);
  const LossTerms expected = plain.training_loss(plain_batch);
  terms[0].second.backward();
  expected[0].second.backward();
  for (std::size_t i = 0; i < terms.size(); ++i) {
    EXPECT_LT(relative_difference(terms[i].second, expected[i].second), 1e-4) << terms[i].first;
  }
  const auto gradient = [](const NamedTensor& parameter) {
    const torch::Tensor& found = parameter.tensor.grad();
    return found.defined() ? found : torch::zeros_like(parameter.tensor);
  };
  for (std::size_t i = 0; i < fused.parameters().size(); ++i) {
    const NamedTensor own = fused.parameters()[i];
    if (!skipped(own.name)) {
      EXPECT_LT(relative_difference(gradient(own), gradient(plain.parameters()[i])), 2e-3)
          << own.name;
    }
  }
  for (std::size_t i = 0; i < fused.buffers().size(); ++i) {
    const NamedTensor own = fused.buffers()[i];
    EXPECT_LT(relative_difference(own.tensor.to(torch::kFloat32),
                                  plain.buffers()[i].tensor.to(torch::kFloat32)),
              1e-4)
        << own.name;
  }
  EXPECT_LT(relative_difference(fused.infer(fused_batch).reconstruction_error,
                                plain.infer(plain_batch).reconstruction_error),
            1e-4);
  const LossTerms validation = fused.validation_loss(fused_batch);
  const LossTerms expected_validation = plain.validation_loss(plain_batch);
  EXPECT_LT(relative_difference(validation[1].second, expected_validation[1].second), 1e-4)
      << validation[1].first;
}

}  // namespace mixvae::models
