#include "training/training_step.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "training/loss_values.hpp"

namespace mixvae::training {

TrainingStep::TrainingStep(Learners& learners, torch::Tensor sums, StepForm form)
    : learners_(learners), sums_(std::move(sums)), form_(form), graph_(sums_.device()) {
  const auto always = [](const auto& learner) { return learner->player().every == 1; };
  if (form_ == StepForm::captured && !std::ranges::all_of(learners_, always)) {
    form_ = StepForm::by_device;
  }
}

void TrainingStep::take(const models::Batch& batch, double learning_rate,
                        std::vector<std::string>& names) {
  for (const auto& learner : learners_) {
    if (learner->takes_part(batch.step)) {
      learner->adam().advance(learning_rate * learner->player().learning_rate_factor);
    }
  }
  if (form_ == StepForm::by_host) {
    compute(batch, batch.step, names);
    return;
  }
  inputs_.set(batch);
  if (form_ == StepForm::by_device) {
    compute(inputs_.batch(), batch.step, names);
  } else {
    graph_.run([&] { compute(inputs_.batch(), batch.step, names); });
  }
}

void TrainingStep::compute(const models::Batch& batch, std::uint64_t step,
                           std::vector<std::string>& names) {
  models::LossTerms terms;
  for (const auto& learner : learners_) {
    if (learner->takes_part(step)) {
      const models::LossTerms own = learn(*learner, batch);
      terms.insert(terms.end(), own.begin(), own.end());
    }
  }
  const torch::Tensor values = loss_values(terms, names);
  MIXVAE_ASSERT(values.numel() <= sums_.numel(), "players report a few loss terms");
  sums_.narrow(0, 0, values.numel()).add_(values);
}

models::LossTerms TrainingStep::learn(Learner& learner, const models::Batch& batch) {
  const bool alone = learners_.size() == 1;
  if (!alone) {
    learner.bank().gradients().zero_();  // what losses of others have left there
  }
  models::LossTerms terms = learner.player().loss(batch);
  models::term_named(terms, "loss").backward();
  learner.adam().update();
  for (auto& [name, value] : terms) {
    name = alone ? name : learner.player().name + "." + name;
  }
  return terms;
}

void TrainingStep::forget() {
  inputs_.forget();
  graph_.forget();
}

}  // namespace mixvae::training
