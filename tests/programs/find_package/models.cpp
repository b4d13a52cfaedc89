#include <cstdio>

#include "models/cpl_mixvae.hpp"

/// Evaluates the objective of a small model and its gradient.
int main() {
  mixvae::models::CplMixVae model(6, 3, {}, 0);
  mixvae::models::Batch batch;
  batch.x = torch::ones({8, 6});
  const torch::Tensor loss = model.training_loss(batch).front().second;
  loss.backward();
  std::printf("loss %f\n", loss.item<double>());
  return torch::isfinite(loss).item<bool>() ? 0 : 1;
}
