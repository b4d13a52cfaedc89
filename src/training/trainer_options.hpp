#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/options.hpp"

namespace mixvae::training {

struct TrainerOptions {
  std::optional<std::int64_t> epochs = {};
  std::optional<std::int64_t> steps = {};
  std::optional<std::int64_t> batch_size = {};
  double learning_rate = 0.001;
  std::string schedule = "cosine";
  double warm_up = 0;
  double adam_beta1 = 0.9;
  double adam_beta2 = 0.999;
  double weight_decay = 0;
  double gradient_clip = 0;
  double validation_share = 0.1;
  bool early_stopping = false;
  std::int64_t patience = 30;
  double checkpoint_seconds = 60;
  std::optional<std::int64_t> checkpoint_epochs = {};
  bool capture_steps = true;
  std::string device_products = "fp32";
};

/// Every field described once.
Options options(TrainerOptions& trainer);

/// Throws UsageError for what only a CUDA device has, on the CPU.
void require_possible(const TrainerOptions& trainer, bool on_cpu);

/// The rules behind "auto". Batch: 512, never more than there are training cells.
std::int64_t batch_size_for(const TrainerOptions& trainer, std::int64_t training_cells);
/// Epochs: as many as make the steps asked for; by default 1,000, in 10 to 1000 epochs.
std::int64_t epochs_for(const TrainerOptions& trainer, std::int64_t training_cells);

/// Steps of one epoch: full batches only, at least one.
std::int64_t steps_per_epoch(std::int64_t training_cells, std::int64_t batch_size);

}  // namespace mixvae::training
