#include "analysis/fit.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <nlohmann/json.hpp>

#include "analysis/assignment.hpp"
#include "analysis/fit_input.hpp"
#include "base/error.hpp"
#include "base/parallel.hpp"
#include "cluster/leiden.hpp"
#include "metrics/amp.hpp"
#include "metrics/consensus.hpp"
#include "nn/threads.hpp"
#include "training/matrix_batches.hpp"

namespace mixvae::analysis {
namespace {

std::size_t at(Index i) { return static_cast<std::size_t>(i); }

std::map<std::string, std::string> settings_text(FitOptions options) {
  std::map<std::string, std::string> settings;
  for (const Option& option : analysis::options(options)) {
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

/// Adds each arm's own copy of the cells to a batch.
training::MatrixBatches::Augmentation copies_for_batches(const FitInput& input, Index arms,
                                                         bool original_target) {
  return [&input, arms, original_target](std::span<const Index> rows, models::Batch& batch) {
    const Index width = column_count(input.space.x);
    const std::size_t size = rows.size() * at(width);
    batch.inputs = torch::empty({arms, static_cast<Index>(rows.size()), width});
    for (Index a = 0; a < arms; ++a) {
      input.copies->fill(a, batch.step, rows,
                         {batch.inputs.data_ptr<float>() + at(a) * size, size});
    }
    if (original_target) {
      batch.target = batch.x.unsqueeze(0);
    }
  };
}

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

/// Threads for training steps: one where a step is less than this many operations (6 per weight and
/// cell), all otherwise.
constexpr double kSmallStep = 2e9;

int threads_for_steps(models::Model& model, std::int64_t batch_size) {
  double weights = 0;
  for (const models::NamedTensor& parameter : model.parameters()) {
    weights += static_cast<double>(parameter.tensor.numel());
  }
  const bool small = 6.0 * weights * static_cast<double>(batch_size) < kSmallStep;
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
        model_(std::make_unique<models::CplMixVae>(column_count(input_->space.x), input_->types,
                                                   options.network, seed)),
        batches_(input_->space.x, surroundings.device),
        trainer_(move_to_device(), prepare_batches(), options.training,
                 {.seed = seed,
                  .settings = settings_text(options),
                  .checkpoint_file = surroundings.checkpoint_file,
                  .history_file = surroundings.history_file,
                  .observer = surroundings.observer}) {}

  FitResult run() {
    const nn::ThreadLimit limit(threads_for_steps(*model_, trainer_.batch_size()));
    const training::TrainingEstimate estimate = trainer_.estimate(trainer_.epochs());
    surroundings_.say("training takes " + estimate.text());
    if (trainer_.resume()) {
      surroundings_.say("continuing from the checkpoint");
    }
    train_start_and_main();
    prune();
    return result();
  }

 private:
  models::Model& move_to_device() {
    model_->to(surroundings_.device);
    return *model_;
  }

  training::MatrixBatches& prepare_batches() {
    if (input_->copies) {
      batches_.set_augmentation(
          copies_for_batches(*input_, model_->arms(), options_.settings.target == "original"));
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

  bool prunes() const {
    const FitSettings& settings = options_.settings;
    return settings.prune == "yes" || (settings.prune == "auto" && !settings.types.has_value());
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
    if (prunes()) {
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
    result.resolved.settings.prune = prunes() ? "yes" : "no";
    result.resolved.settings.neighbours = input_->neighbours;
    result.resolved.training.epochs = trainer_.epochs();
    result.resolved.training.batch_size = trainer_.batch_size();
    result.cells = input_->prepared.cell_count();
    TrainedModel& trained = result.trained;
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
  std::unique_ptr<models::CplMixVae> model_;
  training::MatrixBatches batches_;
  training::Trainer trainer_;
  std::int64_t main_epochs_ = 0;
  std::vector<PruningRound> rounds_;
};

}  // namespace

FitResult fit(const Dataset& dataset, const FitOptions& options, std::uint64_t seed,
              const FitSurroundings& surroundings) {
  auto input = prepare_fit(dataset, options, seed);
  for (const std::string& note : input->prepared.notes) {
    surroundings.say(note);
  }
  if (options.settings.start == "mixed" && !cluster::has_leiden()) {
    surroundings.say("this build leaves Leiden out: arms start from k-means partitions only");
  }
  return Fitting(std::move(input), options, seed, surroundings).run();
}

}  // namespace mixvae::analysis
