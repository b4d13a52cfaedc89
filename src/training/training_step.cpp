#include "training/training_step.hpp"

#include <utility>

#include "base/error.hpp"
#include "training/loss_values.hpp"

namespace mixvae::training {

TrainingStep::TrainingStep(models::Model& model, nn::Adam& adam, torch::Tensor sums, StepForm form)
    : model_(model), adam_(adam), sums_(std::move(sums)), form_(form), graph_(sums_.device()) {}

void TrainingStep::take(const models::Batch& batch, double learning_rate,
                        std::vector<std::string>& names) {
  adam_.advance(learning_rate);
  if (form_ == StepForm::by_host) {
    compute(batch, names);
    return;
  }
  inputs_.set(batch);
  const nn::RepeatableForm form;
  if (form_ == StepForm::by_device) {
    compute(inputs_.batch(), names);
  } else {
    graph_.run([&] { compute(inputs_.batch(), names); });
  }
}

void TrainingStep::compute(const models::Batch& batch, std::vector<std::string>& names) {
  const models::LossTerms terms = model_.training_loss(batch);
  terms.front().second.backward();
  const torch::Tensor values = loss_values(terms, names);
  MIXVAE_ASSERT(values.numel() <= sums_.numel(), "a model reports a few loss terms");
  sums_.narrow(0, 0, values.numel()).add_(values);
  adam_.update();
}

void TrainingStep::forget() {
  inputs_.forget();
  graph_.forget();
}

}  // namespace mixvae::training
