#include "training/trainer_options.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace mixvae::training {

Options options(TrainerOptions& trainer) {
  return {
      {.name = "epochs",
       .target = &trainer.epochs,
       .meaning = "how often training goes through all cells; auto: as often as makes --steps",
       .minimum = 1},
      {.name = "steps",
       .target = &trainer.steps,
       .meaning = "with --epochs auto: about how many steps training takes, in whole epochs; auto: "
                  "1,000, but 10 to 1,000 epochs",
       .minimum = 1,
       .maximum = 1e9,
       .needs = {"epochs=auto"}},
      {.name = "batch-size",
       .target = &trainer.batch_size,
       .meaning = "number of cells in each training step; auto: 512, or all training cells where "
                  "they are fewer",
       .minimum = 2},
      {.name = "learning-rate",
       .target = &trainer.learning_rate,
       .meaning = "step size of training (Adam), the highest one where it changes; lower it where "
                  "training fails",
       .minimum = 0},
      {.name = "schedule",
       .target = &trainer.schedule,
       .meaning = "how the learning rate changes within a phase of training",
       .choices = {"constant", "cosine", "one-cycle"}},
      {.name = "warm-up",
       .target = &trainer.warm_up,
       .meaning = "share of a phase's steps over which the learning rate rises from 0",
       .minimum = 0,
       .maximum = 1},
      {.name = "adam-beta1",
       .target = &trainer.adam_beta1,
       .meaning = "share of the old mean in Adam's running mean of gradients",
       .minimum = 0,
       .maximum = 0.999999},
      {.name = "adam-beta2",
       .target = &trainer.adam_beta2,
       .meaning = "share of the old mean in Adam's running mean of squared gradients",
       .minimum = 0,
       .maximum = 0.999999},
      {.name = "weight-decay",
       .target = &trainer.weight_decay,
       .meaning = "pull of the parameters towards 0 per step, times the learning rate (AdamW)",
       .minimum = 0},
      {.name = "gradient-clip",
       .target = &trainer.gradient_clip,
       .meaning =
           "largest Euclidean norm of the whole gradient; longer ones are shortened; 0: no limit",
       .minimum = 0},
      {.name = "validation-share",
       .target = &trainer.validation_share,
       .meaning = "share of the cells that are held out from training to watch the loss",
       .minimum = 0,
       .maximum = 0.9},
      {.name = "early-stopping",
       .target = &trainer.early_stopping,
       .meaning = "end a phase when the loss on held-out cells has not improved for --patience "
                  "epochs, and go back to the best epoch"},
      {.name = "patience",
       .target = &trainer.patience,
       .meaning = "number of epochs without improvement that early stopping waits for",
       .minimum = 1,
       .needs = {"early-stopping=true"}},
      {.name = "checkpoint-seconds",
       .target = &trainer.checkpoint_seconds,
       .meaning = "least time between two checkpoints, in seconds; has no effect on the results",
       .minimum = 0},
      {.name = "checkpoint-epochs",
       .target = &trainer.checkpoint_epochs,
       .meaning = "also keep a checkpoint every so many epochs; auto: by time only",
       .minimum = 1},
      {.name = "capture-steps",
       .target = &trainer.capture_steps,
       .meaning = "on a CUDA device: record a training step once and replay it as a whole, which "
                  "is faster"},
      {.name = "device-products",
       .target = &trainer.device_products,
       .meaning = "precision of the matrix products of training on a CUDA device: 32-bit numbers, "
                  "or these rounded to TF32, which is faster",
       .choices = {"fp32", "tf32"}},
  };
}

void require_possible(const TrainerOptions& trainer, bool on_cpu) {
  if (on_cpu && trainer.device_products == "tf32") {
    throw UsageError({.what = "TF32 is for products on a CUDA device",
                      .found = "--device-products tf32 on the CPU",
                      .hint = "leave --device-products out"});
  }
}

std::int64_t batch_size_for(const TrainerOptions& trainer, std::int64_t training_cells) {
  if (trainer.batch_size) {
    return *trainer.batch_size;
  }
  constexpr std::int64_t kUsual = 512;
  return std::min(kUsual, training_cells);
}

std::int64_t epochs_for(const TrainerOptions& trainer, std::int64_t training_cells) {
  if (trainer.epochs) {
    return *trainer.epochs;
  }
  constexpr std::int64_t kSteps = 1'000;
  const std::int64_t per_epoch =
      steps_per_epoch(training_cells, batch_size_for(trainer, training_cells));
  const std::int64_t epochs = (trainer.steps.value_or(kSteps) + per_epoch - 1) / per_epoch;
  return trainer.steps ? epochs : std::clamp<std::int64_t>(epochs, 10, 1000);
}

std::int64_t steps_per_epoch(std::int64_t training_cells, std::int64_t batch_size) {
  return std::max<std::int64_t>(1, training_cells / std::max<std::int64_t>(batch_size, 1));
}

}  // namespace mixvae::training
