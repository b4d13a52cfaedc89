#pragma once

#include <string>

#include "models/gradient_error.hpp"
#include "models/moe_sim_vae.hpp"
#include "models/same_training.hpp"
#include "nn/random.hpp"
#include "support/preset_options.hpp"

namespace mixvae::models::moe_sim_vae_test {

/// Layers of a few units.
inline MoeSimVaeOptions small(MoeSimVaeOptions options) {
  options.encoder.hidden = 6;
  options.encoder.latent = 3;
  options.gating.gating_hidden = 5;
  options.decoder_sizes.decoder_hidden = 4;
  return options;
}

inline MoeSimVaeOptions small_options() { return small({}); }

inline MoeSimVaeOptions preset(const std::string& name) {
  return small(support::preset_options<MoeSimVaeOptions>("moe-sim-vae", name));
}

inline Batch small_batch(std::int64_t cells, std::int64_t features) {
  Batch batch;
  batch.only().x = nn::uniform({cells, features}, {21, Purpose::test, 0}, torch::kFloat64);
  const torch::Tensor u = nn::uniform({cells, cells}, {21, Purpose::test, 1}, torch::kFloat64);
  batch.similarity = (u + u.t()).gt(1.2).to(torch::kFloat64);
  batch.step = 3;
  return batch;
}

inline double gradient_error(const MoeSimVaeOptions& options, const Batch& batch) {
  MoeSimVae model({batch.only().x.size(1), 3}, options, 5);
  return gradient_error(model, batch);
}

inline void expect_same_training(const MoeSimVaeOptions& options, const Batch& batch) {
  MoeSimVae fused({batch.only().x.size(1), 3}, options, 5);
  MoeSimVae plain({batch.only().x.size(1), 3}, options, 5);
  // A norm takes the bias before it away: its gradient is rounding alone.
  expect_same_training(fused, plain, batch, batch, [&](const std::string& name) {
    return options.encoder_norm.norm == EncoderNorm::batch && name.starts_with("encoder") &&
           name.ends_with("bias");
  });
}

inline Batch in_single_precision(Batch batch) {
  batch.only().x = batch.only().x.to(torch::kFloat32);
  batch.similarity = batch.similarity.to(torch::kFloat32);
  return batch;
}

}  // namespace mixvae::models::moe_sim_vae_test
