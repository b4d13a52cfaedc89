#include "fit/fit.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <nlohmann/json.hpp>

#include "analysis/assignment.hpp"
#include "base/error.hpp"
#include "base/index.hpp"
#include "base/parallel.hpp"
#include "cluster/leiden.hpp"
#include "fit/fit_input.hpp"
#include "fit/image_width.hpp"
#include "fit/starting_states.hpp"
#include "metrics/amp.hpp"
#include "metrics/consensus.hpp"
#include "models/make_model.hpp"
#include "nn/threads.hpp"
#include "training/matrix_batches.hpp"

namespace mixvae::fit {
namespace {

std::map<std::string, std::string> settings_text(FitOptions options) {
  std::map<std::string, std::string> settings;
  for (const Option& option : fit::options(options)) {
    settings[option.name] = option_text(option);
  }
  return settings;
}

/// Rows of equal length as a tensor [A, N].
template <class Element, class Value>
torch::Tensor stacked(const std::vector<std::vector<Value>>& rows) {
  std::vector<torch::Tensor> tensors;
  tensors.reserve(rows.size());
  for (const std::vector<Value>& row : rows) {
    tensors.push_back(
        torch::tensor(row, torch::TensorOptions().dtype(c10::CppTypeToScalarType<Element>::value)));
  }
  return torch::stack(tensors);
}

/// Adds each arm's own copy of the cells to batches.
class CopiesForBatches {
 public:
  CopiesForBatches(const CopyMaker& copies, Index arms, bool original_target)
      : copies_(copies), original_target_(original_target), sparse_(at(arms)) {}

  void operator()(std::span<const Index> rows, models::Batch& batch) {
    if (batch.is_sparse()) {
      add_sparse(rows, batch);
    } else {
      add_dense(rows, batch);
    }
  }

 private:
  void add_dense(std::span<const Index> rows, models::Batch& batch) const {
    const auto arms = static_cast<Index>(sparse_.size());
    batch.inputs = torch::empty({arms, batch.x.size(0), batch.x.size(1)});
    const std::size_t size = at(batch.x.numel());
    for (Index a = 0; a < arms; ++a) {
      copies_.fill(a, batch.step, rows, {batch.inputs.data_ptr<float>() + at(a) * size, size});
    }
    if (original_target_) {
      batch.target = batch.x.unsqueeze(0);
    }
  }

  void add_sparse(std::span<const Index> rows, models::Batch& batch) {
    for (Index a = 0; a < static_cast<Index>(sparse_.size()); ++a) {
      copies_.fill_sparse(a, batch.step, rows, sparse_[at(a)]);
      batch.sparse_inputs.push_back(nn::sparse_rows(sparse_[at(a)]));
    }
    if (original_target_) {
      batch.sparse_target = {batch.sparse_x};
    }
  }

  const CopyMaker& copies_;
  bool original_target_;
  std::vector<CsrMatrix> sparse_;  // [A] buffers of the latest batch
};

/// Kept types by falling number of cells; ties by the lower number.
std::vector<Index> types_by_size(const DenseMatrix& type_probs, const std::vector<bool>& kept) {
  std::vector<Index> sizes(kept.size(), 0);
  for (const std::int32_t type : metrics::most_probable(type_probs)) {
    ++sizes[at(type)];
  }
  std::vector<Index> order;
  for (std::size_t k = 0; k < kept.size(); ++k) {
    if (kept[k]) {
      order.push_back(static_cast<Index>(k));
    }
  }
  std::ranges::stable_sort(order, std::greater<>{}, [&](Index k) { return sizes[at(k)]; });
  return order;
}

/// The phase of states: share of its epochs that learns the starting states too, and learning rate
/// as a multiple of that of the other phases.
constexpr double kStateStartShare = 0.3;
constexpr double kStateLearningRate = 3;

/// Threads for training steps: one where a step is less than this many operations (6 per product
/// and cell), all otherwise.
constexpr double kSmallStep = 2e9;

int threads_for_steps(models::Model& model, std::int64_t batch_size) {
  const double products = model.products_per_cell() * static_cast<double>(batch_size);
  const bool small = 6.0 * products < kSmallStep;
  return small ? 1 : thread_count();
}

/// One fit from prepared input to named types.
class Fitting {
 public:
  Fitting(std::unique_ptr<FitInput> input, const FitOptions& options, std::uint64_t seed,
          const FitSurroundings& surroundings)
      : input_(std::move(input)),
        options_(options),
        seed_(seed),
        surroundings_(surroundings),
        model_(models::make_model(options.settings.model, column_count(input_->space.x),
                                  input_->types, options.network, seed)),
        batches_(input_->space.x, surroundings.device),
        trainer_(*model_, prepare_model_and_batches(), options.training,
                 {.seed = seed,
                  .settings = settings_text(options),
                  .checkpoint_file = surroundings.checkpoint_file,
                  .history_file = surroundings.history_file,
                  .observer = surroundings.observer}) {}

  FitResult run() {
    const nn::ThreadLimit limit(threads_for_steps(*model_, trainer_.batch_size()));
    const training::TrainingEstimate estimate =
        trainer_.estimate(trainer_.epochs() + state_epochs());
    surroundings_.say("training takes " + estimate.text());
    if (trainer_.resume()) {
      surroundings_.say("continuing from the checkpoint");
    }
    train_start_and_main();
    prune();
    train_states();
    return result();
  }

 private:
  /// The model first: how batches are delivered depends on its device.
  training::MatrixBatches& prepare_model_and_batches() {
    model_->to(surroundings_.device);
    const CopyMaker* copies = input_->copies.get();
    if (copies != nullptr) {
      batches_.set_augmentation(
          CopiesForBatches(*copies, model_->arms(), options_.settings.target == "original"));
    }
    if (std::holds_alternative<CsrMatrix>(input_->space.x) && model_->reads_sparse_rows() &&
        (copies == nullptr || copies->sparse())) {
      batches_.deliver_sparse_rows();
    }
    if (!surroundings_.device.is_cpu()) {
      batches_.make_resident();
    }
    batches_.set_similarity(input_->similarity.get());
    if (input_->prior.rows > 0) {
      batches_.set_prior(
          torch::from_blob(input_->prior.values.data(), {input_->prior.rows, input_->prior.columns})
              .clone());
    }
    if (!input_->known.empty()) {
      batches_.set_known_types(
          stacked<std::int64_t>(std::vector<std::vector<std::int32_t>>{input_->known}));
    }
    return batches_;
  }

  void train_start_and_main() {
    const auto share = input_->start.empty() ? 0.0 : options_.settings.start_share;
    const auto start_epochs =
        static_cast<std::int64_t>(std::llround(share * static_cast<double>(trainer_.epochs())));
    main_epochs_ = std::max<std::int64_t>(trainer_.epochs() - start_epochs, 1);
    if (start_epochs > 0) {
      trainer_.run({.name = "start",
                    .epochs = start_epochs,
                    .scheduled_after = main_epochs_,
                    .configure = [this](models::Model&) {
                      batches_.set_start(stacked<std::int64_t>(input_->start.types),
                                         stacked<float>(input_->start.weights));
                    }});
    }
    trainer_.run({.name = "main",
                  .epochs = main_epochs_,
                  .scheduled_before = start_epochs,
                  .configure = [this](models::Model&) { batches_.set_start({}, {}); }});
  }

  std::vector<bool> kept_types() const {
    const torch::Tensor kept = model_->kept_types();
    return std::vector<bool>(kept.data_ptr<bool>(), kept.data_ptr<bool>() + kept.numel());
  }

  /// Where the arms stand on each other's types, on copies they have not been trained on.
  PruningRound evaluate_consensus() {
    const Inference inference = infer_cells(*model_, input_->space.x, input_->copies.get());
    const std::vector<bool> kept = kept_types();
    const std::vector<double> consensus =
        metrics::consensus(inference.arm_types, input_->types).per_type;
    PruningRound round;
    round.types = std::ranges::count(kept, true);
    round.min_consensus = 1;
    for (std::size_t k = 0; k < kept.size(); ++k) {
      if (kept[k]) {
        round.mean_consensus += consensus[k] / static_cast<double>(round.types);
        round.min_consensus = std::min(round.min_consensus, consensus[k]);
      }
    }
    round.reconstruction =
        std::accumulate(inference.arm_errors.begin(), inference.arm_errors.end(), 0.0) /
        static_cast<double>(inference.arms());
    const FitSettings& settings = options_.settings;
    const auto most =
        static_cast<Index>(std::ceil(settings.prune_share * static_cast<double>(round.types)));
    if (settings.prunes()) {
      round.pruned = types_to_prune(consensus, kept, settings.min_consensus, most);
    }
    return round;
  }

  /// The decision after training so far: taken once, then kept with the checkpoints.
  PruningRound decide(std::int64_t number) {
    std::string& note = trainer_.notes()["pruning_round_" + std::to_string(number)];
    if (note.empty()) {
      const PruningRound round = evaluate_consensus();
      note = nlohmann::json{{"types", round.types},
                            {"mean_consensus", round.mean_consensus},
                            {"min_consensus", round.min_consensus},
                            {"reconstruction", round.reconstruction},
                            {"pruned", round.pruned}}
                 .dump();
    }
    const auto stored = nlohmann::json::parse(note);
    return {stored.at("types"), stored.at("mean_consensus"), stored.at("min_consensus"),
            stored.at("reconstruction"), stored.at("pruned")};
  }

  void prune() {
    const auto epochs = std::max<std::int64_t>(
        1, std::llround(options_.settings.prune_epochs * static_cast<double>(main_epochs_)));
    for (std::int64_t number = 0;; ++number) {
      rounds_.push_back(decide(number));
      const std::vector<Index> pruned = rounds_.back().pruned;
      if (pruned.empty() || number >= options_.settings.prune_rounds) {
        rounds_.back().pruned.clear();
        return;
      }
      trainer_.run({.name = "prune " + std::to_string(number + 1),
                    .epochs = epochs,
                    .begin = [&pruned](models::Model& model) {
                      for (const Index type : pruned) {
                        model.prune_type(type);
                      }
                    }});
    }
  }

  std::int64_t state_epochs() const {
    const double share = options_.network.states > 0 ? options_.settings.state_epochs : 0.0;
    return std::llround(share * static_cast<double>(trainer_.epochs()));
  }

  /// States are learned last, from the cells themselves: copies that are neighbours would average
  /// them out.
  void train_states() {
    const std::int64_t epochs = state_epochs();
    if (epochs == 0) {
      return;
    }
    const auto begin = [this](bool with_start) {
      model_->learn_states_only(true);
      batches_.set_augmentation({});
      batches_.set_similarity(nullptr);
      batches_.set_state_start(with_start ? first_states() : torch::Tensor());
    };
    const auto start_epochs =
        static_cast<std::int64_t>(std::ceil(kStateStartShare * static_cast<double>(epochs)));
    trainer_.run({.name = "state start",
                  .epochs = start_epochs,
                  .learning_rate_scale = kStateLearningRate,
                  .scheduled_after = epochs - start_epochs,
                  .fresh_optimiser = true,
                  .weight_decay = false,
                  .configure = [&](models::Model&) { begin(true); }});
    if (start_epochs < epochs) {
      trainer_.run({.name = "states",
                    .epochs = epochs - start_epochs,
                    .learning_rate_scale = kStateLearningRate,
                    .scheduled_before = start_epochs,
                    .weight_decay = false,
                    .configure = [&](models::Model&) { begin(false); }});
    }
  }

  /// [N, S]; types no longer change, so that a resumed run finds the same.
  torch::Tensor first_states() {
    const Inference inference = infer_cells(*model_, input_->space.x);
    const DenseMatrix states =
        starting_states(input_->scores, metrics::most_probable(inference.type_probs),
                        options_.network.states, seed_);
    return torch::tensor(states.values).view({states.rows, states.columns});
  }

  /// The arm whose reconstruction of held-out cells (all cells, where none are) is best.
  Index best_arm() {
    const std::vector<Index>& held_out = trainer_.split().validation;
    const Matrix cells =
        held_out.empty() ? input_->space.x : select_rows(input_->space.x, held_out);
    const std::vector<double> errors = infer_cells(*model_, cells).arm_errors;
    return std::ranges::min_element(errors) - errors.begin();
  }

  FitResult result() {
    FitResult result;
    result.history = trainer_.history();
    result.rounds = rounds_;
    result.resolved = options_;
    result.resolved.settings.types = input_->types;
    result.resolved.settings.prune = options_.settings.prunes() ? "yes" : "no";
    result.resolved.settings.neighbours = input_->neighbours;
    result.resolved.settings.components = input_->scores.columns;
    result.resolved.training.epochs = trainer_.epochs();
    result.resolved.training.batch_size = trainer_.batch_size();
    result.cells = input_->space.cell_count();
    TrainedModel& trained = result.trained;
    trained.model = options_.settings.model;
    trained.options = options_.network;
    trained.seed = seed_;
    trained.preprocessing = input_->preprocessing;
    trained.projection = input_->projection;
    trained.best_arm = best_arm();
    const std::vector<bool> kept = kept_types();
    trained.network = std::move(model_);
    const Inference inference = infer_cells(*trained.network, input_->space.x);
    trained.type_order = types_by_size(inference.type_probs, kept);
    result.mean_consensus = metrics::consensus(inference.arm_types, input_->types).mean;
    return result;
  }

  std::unique_ptr<FitInput> input_;
  FitOptions options_;
  std::uint64_t seed_;
  FitSurroundings surroundings_;
  std::unique_ptr<models::Model> model_;
  training::MatrixBatches batches_;
  training::Trainer trainer_;
  std::int64_t main_epochs_ = 0;
  std::vector<PruningRound> rounds_;
};

}  // namespace

FitResult fit(Dataset dataset, const FitOptions& options, std::uint64_t seed,
              const FitSurroundings& surroundings) {
  const Source source = dataset.source;
  auto input = prepare_fit(std::move(dataset), options, seed);
  FitOptions complete = options;
  complete.network.image_width = image_width(options, source, input->preprocessing);
  for (const std::string& note : input->preprocessing.notes) {
    surroundings.say(note);
  }
  for (const std::string& note : input->prepared.notes) {
    surroundings.say(note);
  }
  if (input->most_types > 0) {
    surroundings.say("of at most " + std::to_string(input->most_types) + " types the start has " +
                     std::to_string(input->types));
  }
  if (options.settings.start == "consensus" && !cluster::has_leiden()) {
    surroundings.say(
        "this build leaves Leiden out: the start is a consensus of k-means partitions");
  }
  return Fitting(std::move(input), complete, seed, surroundings).run();
}

}  // namespace mixvae::fit
