#include "training/training_state.hpp"

#include "base/error.hpp"
#include "base/options.hpp"

namespace mixvae::training {
namespace {

constexpr std::string_view kBestPrefix = "best.";
constexpr std::string_view kNotePrefix = "note.";
constexpr std::string_view kStepsPrefix = "optimiser-steps.";

/// The counters by name, for writing as text and reading back.
Options facts(Counters& c) {
  return {{.name = "phase", .target = &c.phase},
          {.name = "phase-begun", .target = &c.phase_begun},
          {.name = "phase-epoch", .target = &c.phase_epoch},
          {.name = "epoch", .target = &c.epoch},
          {.name = "epoch-step", .target = &c.epoch_step},
          {.name = "step", .target = &c.step},
          {.name = "rate-scale", .target = &c.rate_scale},
          {.name = "rollbacks", .target = &c.rollbacks},
          {.name = "best-loss", .target = &c.best_loss},
          {.name = "stale-epochs", .target = &c.stale_epochs},
          {.name = "seconds", .target = &c.seconds}};
}

std::map<std::string, torch::Tensor> clones(const std::map<std::string, torch::Tensor>& tensors) {
  std::map<std::string, torch::Tensor> copies;
  for (const auto& [name, tensor] : tensors) {
    copies[name] = tensor.detach().clone();
  }
  return copies;
}

/// Copies values by name; allocates nothing after the first time.
void copy_into(const std::map<std::string, torch::Tensor>& from,
               std::map<std::string, torch::Tensor>& to) {
  const torch::NoGradGuard no_grad;
  for (auto& [name, tensor] : to) {
    tensor.detach().copy_(from.at(name));
  }
}

}  // namespace

TrainingState::TrainingState(models::Model& model, Learners& learners)
    : sums(torch::zeros({kMostTerms},
                        learners.front()->bank().values().options().dtype(torch::kFloat64))),
      learners_(learners) {
  model.visit([&](const std::string& name, torch::Tensor& tensor, models::TensorKind kind) {
    if (kind == models::TensorKind::buffer) {
      model_["buffer." + name] = tensor;
    }
  });
  Tensors moments;
  for (const auto& learner : learners_) {
    learner->visit([&](const std::string& name, torch::Tensor& tensor, models::TensorKind kind) {
      (kind == models::TensorKind::parameter ? model_ : moments)[name] = tensor;
    });
  }
  live_ = model_;
  live_.merge(moments);
  live_["sums"] = sums;
  keep();
}

std::vector<std::int64_t> TrainingState::optimiser_steps() const {
  std::vector<std::int64_t> steps;
  for (const auto& learner : learners_) {
    steps.push_back(learner->adam().steps());
  }
  return steps;
}

void TrainingState::set_optimiser_steps(const std::vector<std::int64_t>& steps) {
  for (std::size_t i = 0; i < learners_.size(); ++i) {
    learners_[i]->adam().set_steps(steps[i]);
  }
}

bool TrainingState::is_finite() const {
  torch::Tensor finite = sums.isfinite().all();
  for (const auto& [name, tensor] : live_) {
    if (tensor.is_floating_point()) {
      finite = finite & tensor.isfinite().all();
    }
  }
  return finite.item<bool>();
}

void TrainingState::keep() {
  if (kept_.empty()) {
    kept_ = clones(live_);
  }
  copy_into(live_, kept_);
  kept_counters_ = counters;
  kept_optimiser_steps_ = optimiser_steps();
}

void TrainingState::go_back() {
  copy_into(kept_, live_);
  counters = kept_counters_;
  set_optimiser_steps(kept_optimiser_steps_);
}

void TrainingState::restart_optimisers() {
  const torch::NoGradGuard no_grad;
  for (const auto& learner : learners_) {
    learner->adam().first_moment().zero_();
    learner->adam().second_moment().zero_();
    learner->adam().set_steps(0);
  }
}

void TrainingState::keep_best() {
  if (best_.empty()) {
    best_ = clones(model_);
  }
  copy_into(model_, best_);
}

void TrainingState::restore_best() {
  if (!best_.empty()) {
    copy_into(best_, model_);
    best_.clear();
  }
}

TensorFile TrainingState::to_file() const {
  TensorFile file{.metadata = {}, .tensors = kept_};
  for (const auto& [name, tensor] : best_) {
    file.tensors[std::string(kBestPrefix) + name] = tensor;
  }
  Counters kept = kept_counters_;
  for (const Option& fact : facts(kept)) {
    file.metadata[fact.name] = option_text(fact);
  }
  for (std::size_t i = 0; i < learners_.size(); ++i) {
    file.metadata[std::string(kStepsPrefix) + learners_[i]->player().name] =
        std::to_string(kept_optimiser_steps_[i]);
  }
  for (const auto& [name, text] : notes) {
    file.metadata[std::string(kNotePrefix) + name] = text;
  }
  store_history(history, file);
  return file;
}

void TrainingState::from_file(const TensorFile& file, const std::string& path) {
  const auto read = [&](const std::string& prefix, Tensors& tensors) {
    for (auto& [name, tensor] : tensors) {
      const torch::Tensor& stored = find_tensor(file, prefix + name, path);
      if (stored.sizes() != tensor.sizes() || stored.scalar_type() != tensor.scalar_type()) {
        throw InputError({.what = "tensor '" + name + "' in " + path + " is of another shape",
                          .hint = "the checkpoint is of another model"});
      }
      const torch::NoGradGuard no_grad;
      tensor.detach().copy_(stored);
    }
  };
  for (const Option& fact : facts(counters)) {
    set_option(fact, find_fact(file, fact.name, path));
  }
  for (const auto& [name, text] : file.metadata) {
    if (name.starts_with(kNotePrefix)) {
      notes[name.substr(kNotePrefix.size())] = text;
    }
  }
  history = load_history(file, path);
  read("", live_);
  if (file.tensors.contains(std::string(kBestPrefix) + model_.begin()->first)) {
    best_ = clones(model_);
    read(std::string(kBestPrefix), best_);
  }
  std::vector<std::int64_t> steps;
  for (const auto& learner : learners_) {
    std::int64_t taken = 0;
    set_option({.name = "optimiser-steps", .target = &taken},
               find_fact(file, std::string(kStepsPrefix) + learner->player().name, path));
    steps.push_back(taken);
  }
  set_optimiser_steps(steps);
  keep();
}

}  // namespace mixvae::training
