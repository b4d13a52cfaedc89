#include "fit/fit.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include <nlohmann/json.hpp>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/index.hpp"
#include "base/parallel.hpp"
#include "cluster/leiden.hpp"
#include "data/prepare/bootstrap.hpp"
#include "fit/counts_of_cells.hpp"
#include "fit/fit_input.hpp"
#include "fit/image_width.hpp"
#include "fit/inference.hpp"
#include "fit/mixture_start.hpp"
#include "fit/stages.hpp"
#include "fit/starting_states.hpp"
#include "metrics/amp.hpp"
#include "metrics/consensus.hpp"
#include "nn/threads.hpp"
#include "training/copies_for_batches.hpp"
#include "training/matrix_batches.hpp"

namespace mixvae::fit {
namespace {

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

/// Threads for training steps: one where a step is less than this many operations (6 per product
/// and cell), all otherwise.
constexpr double kSmallStep = 2e9;

/// Between the seeds of rival beginnings, so that those of neighbouring seeds differ.
constexpr std::uint64_t kRivalSeedStep = 1'000'003;

/// Copies all that a model keeps into another of the same shape.
void copy_tensors(models::Model& from, models::Model& to) {
  std::map<std::string, torch::Tensor> values;
  from.visit([&](const std::string& name, torch::Tensor& tensor, models::TensorKind) {
    values[name] = tensor;
  });
  const torch::NoGradGuard no_grad;
  to.visit([&](const std::string& name, torch::Tensor& tensor, models::TensorKind) {
    tensor.detach().copy_(values.at(name));
  });
}

/// What a checkpoint must have been made with; the batch of each cell decides what is learnt, too.
std::map<std::string, std::string> settings_of(const FitOptions& options, const Batches& batches) {
  std::map<std::string, std::string> settings = settings_text(options);
  if (!batches.of_cell.empty()) {
    const std::string_view bytes(reinterpret_cast<const char*>(batches.of_cell.data()),
                                 batches.of_cell.size() * sizeof(std::int32_t));
    settings["batches of the cells"] = std::to_string(checksum(bytes, 0));
  }
  return settings;
}

int threads_for_steps(models::Model& model, std::int64_t batch_size) {
  const double products = model.products_per_cell() * static_cast<double>(batch_size);
  const bool small = 6.0 * products < kSmallStep;
  return small ? 1 : thread_count();
}

/// One fit from prepared input to named types.
class Fitting {
 public:
  Fitting(std::unique_ptr<FitInput> input, const FitOptions& options, std::uint64_t seed,
          const FitSurroundings& surroundings, Stages& stages)
      : input_(std::move(input)),
        options_(options),
        seed_(seed),
        surroundings_(surroundings),
        stages_(stages),
        execution_(execution_of(options.execution)),
        recipe_(options.spec().recipe(options.model, 1)),
        model_(new_model(seed)),
        batches_(input_->space.x, surroundings.device, execution_),
        trainer_(*model_, prepare_model_and_batches(), options.training,
                 {.seed = seed,
                  .settings = settings_of(options, input_->batches),
                  .checkpoint_file = surroundings.checkpoint_file,
                  .history_file = surroundings.history_file,
                  .observer = surroundings.observer}) {
    recipe_ = options.spec().recipe(options.model, trainer_.epochs());
  }

  FitResult run() {
    train();
    const Inference inference = infer();
    FitResult fitted = result(inference);
    if (learns_confidence(options_, recipe_)) {
      stages_.run(kConfidence, [&] { learn_confidence(inference, fitted.trained); });
    } else {
      stages_.end();
    }
    return fitted;
  }

 private:
  void train() {
    const nn::ThreadLimit limit(threads_for_steps(*model_, trainer_.batch_size()));
    stages_.begin(kTraining);
    estimate();
    if (trainer_.resume()) {
      surroundings_.say("training goes on from the last checkpoint");
    }
    say_what_falls_short();
    for (const models::Phase& phase : recipe_.phases) {
      if (learns_states(phase) && stages_.present() != kStates) {
        stages_.begin(kStates);
      }
      trainer_.run(training_phase(phase));
      if (phase.then_prune) {
        prune(phase.epochs);
      }
    }
    if (rounds_.empty()) {
      rounds_.push_back(decide(0));
    }
  }

  /// Times a few steps; nothing is lost by ending amid them.
  void estimate() {
    const std::int64_t epochs = epochs_of(true) + epochs_of(false);
    training::TrainingEstimate estimate;
    stages_.at_once([&] { estimate = trainer_.estimate(epochs); });
    surroundings_.say("training takes " + estimate.text());
    const double per_epoch = estimate.seconds / static_cast<double>(epochs);
    stages_.expect(kTraining, per_epoch * static_cast<double>(epochs_of(false)));
    stages_.expect(kStates, per_epoch * static_cast<double>(epochs_of(true)));
    stages_.tell_expected();
  }

  /// A model with random weights of this seed; of counts it decodes their mean, whatever it reads.
  std::unique_ptr<models::Model> new_model(std::uint64_t seed) const {
    const bool of_counts = recipe_.likelihood->of_counts();
    const models::ModelShape shape{
        .features = column_count(input_->space.x),
        .types = input_->types,
        .decoded_features = of_counts ? input_->prepared.counts->columns : 0};
    std::unique_ptr<models::Model> model = options_.spec().make(shape, options_.model, seed);
    if (of_counts) {
      model->start_outputs(mean_shares({*input_->prepared.counts, input_->prepared.library}));
    }
    return model;
  }

  /// The model first: how batches are delivered depends on its device.
  training::MatrixBatches& prepare_model_and_batches() {
    require_wide_outputs(options_.execution, model_->wide_outputs(),
                         std::to_string(model_->features()) + " outputs");
    model_->to(surroundings_.device);
    const CopyMaker* copies = input_->copies.get();
    if (std::holds_alternative<CsrMatrix>(input_->space.x) &&
        model_->reads_sparse_rows(execution_) && (copies == nullptr || copies->sparse())) {
      batches_.deliver_sparse_rows();
    }
    if (!surroundings_.device.is_cpu()) {
      batches_.make_resident();
    }
    if (input_->prior.rows > 0) {
      batches_.set_prior(
          torch::from_blob(input_->prior.values.data(), {input_->prior.rows, input_->prior.columns})
              .clone());
    }
    if (!input_->known.empty()) {
      batches_.set_known_types(
          stacked<std::int64_t>(std::vector<std::vector<std::int32_t>>{input_->known}));
    }
    if (recipe_.likelihood->of_counts()) {
      batches_.set_counts(*input_->prepared.counts, input_->prepared.library);
    }
    set_copies(true);
    batches_.set_similarity(input_->similarity.get());
    return batches_;
  }

  void set_copies(bool wanted) {
    if (wanted && input_->copies != nullptr) {
      const bool original = recipe_.original_target || recipe_.likelihood->of_counts();
      batches_.set_augmentation(
          training::CopiesForBatches(*input_->copies, model_->arms(), original));
    } else {
      batches_.set_augmentation({});
    }
  }

  /// Of a training too short for its objective, and of a number of types that nothing reduces.
  void say_what_falls_short() const {
    const std::int64_t steps = (epochs_of(false) + epochs_of(true)) * trainer_.steps_per_epoch();
    if (recipe_.ramp_steps > steps) {
      surroundings_.say("what this model aims at changes over the first " +
                        std::to_string(recipe_.ramp_steps) + " steps, but this training has only " +
                        std::to_string(steps) +
                        ": raise --epochs, or lower --capacity-steps, to let it get there");
    }
    if (!options_.settings.types && input_->counted.types == 0 &&
        !prunes(options_.settings, recipe_)) {
      surroundings_.say("the number of types is set to " + std::to_string(input_->types) +
                        ", by a rule for this number of cells, and stays so; --types sets another");
    }
  }

  /// Planned epochs of the phases that learn states, or of the others.
  std::int64_t epochs_of(bool states) const {
    std::int64_t epochs = 0;
    for (const models::Phase& phase : recipe_.phases) {
      epochs += learns_states(phase) == states ? phase.epochs : 0;
    }
    return epochs;
  }

  training::Phase training_phase(const models::Phase& phase) {
    return {.name = phase.name,
            .epochs = phase.epochs,
            .learning_rate_scale = phase.learning_rate_scale,
            .scheduled_before = phase.scheduled_before,
            .scheduled_after = phase.scheduled_after,
            .fresh_optimiser = phase.fresh_optimiser,
            .weight_decay = phase.weight_decay,
            .rival = phase.rival.has_value(),
            .configure = [this, &phase](models::Model& model) { enter(phase, model); },
            .begin = [this, &phase](models::Model& model) { begin(phase, model); }};
  }

  /// Before a phase's first step, so that a run resumed there finds the same: random weights for
  /// each rival beginning but the first, which has the model's; a mixture where one starts.
  void begin(const models::Phase& phase, models::Model& model) {
    if (phase.rival.value_or(0) > 0) {
      const auto number = static_cast<std::uint64_t>(*phase.rival);
      copy_tensors(*new_model(seed_ + kRivalSeedStep * number), model);
    }
    if (phase.mixture_starts > 0) {
      model.start_mixture(mixture_of_training_codes(phase.mixture_starts));
    }
  }

  models::FittedMixture mixture_of_training_codes(std::int64_t starts) {
    const Inference inference = infer();
    const Matrix codes = select_rows(inference.arm_latents.front(), trainer_.split().training);
    models::FittedMixture fitted;
    stages_.at_once([&] {
      fitted = mixture_of_codes(std::get<DenseMatrix>(codes), input_->types, starts, seed_);
    });
    return fitted;
  }

  /// What batches tell in a phase, and what the model learns.
  void enter(const models::Phase& phase, models::Model& model) {
    model.learn(phase.objective);
    model.enter_stage(phase.stage);
    set_copies(phase.copies);
    batches_.set_similarity(phase.similarity ? input_->similarity.get() : nullptr);
    batches_.set_state_start(phase.starting_states ? first_states() : torch::Tensor());
    if (phase.starting_types) {
      batches_.set_start(stacked<std::int64_t>(input_->start.types),
                         stacked<float>(input_->start.weights));
    } else {
      batches_.set_start({}, {});
    }
  }

  /// Between phases, whose ends are kept: nothing is lost by ending amid it.
  Inference infer(const CopyMaker* copies = nullptr) {
    return infer(input_->space.x, counts_of(input_->prepared), copies);
  }

  Inference infer(const Matrix& x, const std::optional<CountsOfCells>& counts,
                  const CopyMaker* copies = nullptr) {
    Inference inference;
    stages_.at_once([&] {
      inference =
          infer_cells(*model_, x, {.counts = counts, .copies = copies, .execution = execution_});
    });
    return inference;
  }

  std::optional<CountsOfCells> counts_of(const Prepared& prepared) const {
    return recipe_.likelihood->of_counts()
               ? std::optional(CountsOfCells{*prepared.counts, prepared.library})
               : std::nullopt;
  }

  std::vector<bool> kept_types() const {
    const torch::Tensor kept = model_->kept_types();
    return std::vector<bool>(kept.data_ptr<bool>(), kept.data_ptr<bool>() + kept.numel());
  }

  static void note_agreement(const std::vector<double>& agreement, const std::vector<bool>& kept,
                             PruningRound& round) {
    double sum = 0;
    double lowest = 1;
    for (std::size_t k = 0; k < kept.size(); ++k) {
      if (kept[k]) {
        sum += agreement[k] / static_cast<double>(round.types);
        lowest = std::min(lowest, agreement[k]);
      }
    }
    round.mean_agreement = sum;
    round.lowest_agreement = lowest;
  }

  /// Where the arms stand on each other's types, on copies they have not been trained on.
  PruningRound evaluate_agreement() {
    const Inference inference = infer(input_->copies.get());
    const std::vector<bool> kept = kept_types();
    const std::vector<double> agreement =
        metrics::consensus(inference.arm_types, input_->types).per_type;
    PruningRound round;
    round.types = std::ranges::count(kept, true);
    if (inference.arms() > 1) {
      note_agreement(agreement, kept, round);
    }
    round.reconstruction =
        std::accumulate(inference.arm_errors.begin(), inference.arm_errors.end(), 0.0) /
        static_cast<double>(inference.arms());
    if (prunes(options_.settings, recipe_)) {
      const auto most = static_cast<Index>(
          std::ceil(recipe_.pruning->prune_share * static_cast<double>(round.types)));
      round.pruned = types_to_prune(agreement, kept, recipe_.pruning->min_consensus, most);
    }
    return round;
  }

  /// The decision after training so far: taken once, then kept with the checkpoints.
  PruningRound decide(std::int64_t number) {
    std::string& note = trainer_.notes()["pruning_round_" + std::to_string(number)];
    if (note.empty()) {
      note = pruning_json(evaluate_agreement()).dump();
    }
    return pruning_round(nlohmann::json::parse(note));
  }

  /// Rounds of pruning after a phase of so many epochs, until arms agree on all types.
  void prune(std::int64_t main_epochs) {
    const models::PruningOptions wanted = recipe_.pruning.value_or(models::PruningOptions());
    const auto epochs = std::max<std::int64_t>(
        1, std::llround(wanted.prune_epochs * static_cast<double>(main_epochs)));
    for (std::int64_t number = 0;; ++number) {
      rounds_.push_back(decide(number));
      const std::vector<Index> pruned = rounds_.back().pruned;
      if (pruned.empty() || number >= wanted.prune_rounds) {
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

  /// [N, S]; types no longer change, so that a resumed run finds the same.
  torch::Tensor first_states() {
    const Inference inference = infer();
    const DenseMatrix states = starting_states(
        input_->scores, metrics::most_probable(inference.type_probs), recipe_.states, seed_);
    return torch::tensor(states.values).view({states.rows, states.columns});
  }

  /// The arm whose reconstruction of held-out cells (all cells, where none are) is best.
  Index best_arm() {
    const std::vector<Index>& held_out = trainer_.split().validation;
    std::vector<double> errors;
    if (held_out.empty()) {
      errors = infer().arm_errors;
    } else {
      const Prepared chosen = counts_of_rows(input_->prepared, held_out);
      errors = infer(select_rows(input_->space.x, held_out), counts_of(chosen)).arm_errors;
    }
    return std::ranges::min_element(errors) - errors.begin();
  }

  /// The options with what the rules behind "auto" gave.
  FitOptions resolved() const {
    FitOptions resolved = options_;
    resolved.settings.types = input_->types;
    if (recipe_.pruning) {
      set_option(find_option(resolved.model.all(), "prune"),
                 prunes(options_.settings, recipe_) ? "yes" : "no");
    }
    resolved.settings.neighbours = input_->neighbours;
    if (input_->scores.columns > 0) {
      resolved.settings.components = input_->scores.columns;
    }
    resolved.training.epochs = trainer_.epochs();
    resolved.training.batch_size = trainer_.batch_size();
    return resolved;
  }

  FitResult result(const Inference& inference) {
    FitResult result;
    result.history = trainer_.history();
    result.rounds = rounds_;
    result.resolved = resolved();
    result.cells = input_->space.cell_count();
    TrainedModel& trained = result.trained;
    trained.model = options_.settings.model;
    trained.options = options_.model;
    trained.seed = seed_;
    trained.preprocessing = input_->preprocessing;
    trained.projection = input_->projection;
    trained.batches = input_->batch_effects;
    trained.best_arm = best_arm();
    trained.type_order = types_by_size(inference.type_probs, kept_types());
    if (inference.arms() > 1) {
      result.consensus = metrics::consensus(inference.arm_types, input_->types).mean;
    }
    if (!input_->known.empty()) {
      result.known = {input_->known_names, input_->known, false};
      result.types = metrics::most_probable(
          std::get<DenseMatrix>(select_columns(inference.type_probs, trained.type_order)));
    }
    trained.network = std::move(model_);
    return result;
  }

  /// From what the finished model says of the cells.
  void learn_confidence(const Inference& inference, TrainedModel& trained) {
    const DenseMatrix probs =
        std::get<DenseMatrix>(select_columns(inference.type_probs, trained.type_order));
    const std::vector<std::int32_t> types = metrics::most_probable(probs);
    const std::vector<float> certainty = row_maxima(probs);
    const TypedCells cells{input_->scores, types, certainty};
    const Index count = probs.columns;
    if (!Confidence::can_learn(cells, count)) {
      surroundings_.say("too few cells to draw samples from: no confidence in types is given");
      return;
    }
    trained.confidence =
        Confidence::learn(cells, count,
                          {.replicates = {.replicates = recipe_.start->replicates,
                                          .start = {.kind = recipe_.start->start, .seed = seed_}}});
  }

  std::unique_ptr<FitInput> input_;
  FitOptions options_;
  std::uint64_t seed_;
  FitSurroundings surroundings_;
  Stages& stages_;
  nn::Execution execution_;
  models::Recipe recipe_;  // of one epoch until the trainer tells how many there are
  std::unique_ptr<models::Model> model_;
  training::MatrixBatches batches_;
  training::Trainer trainer_;
  std::vector<PruningRound> rounds_;
};

}  // namespace

FitResult fit(Dataset dataset, const FitOptions& options, std::uint64_t seed,
              const FitSurroundings& surroundings) {
  require_possible(options, surroundings.device);
  const Source source = dataset.source;
  const models::Recipe recipe = options.spec().recipe(options.model, 1);
  Stages stages(planned_stages(options, recipe), surroundings.stages, surroundings.tidy);
  if (options.settings.bootstrap > 0) {
    dataset = bootstrap(dataset, static_cast<std::uint64_t>(options.settings.bootstrap));
  }
  auto input = prepare_fit(
      std::move(dataset), options, recipe, seed,
      {.stages = &stages, .file = surroundings.preparation_file, .say = surroundings.say});
  FitOptions complete = options;
  complete_image_width(complete, recipe, source, input->preprocessing);
  for (const std::string& note : input->preprocessing.notes) {
    surroundings.say(note);
  }
  for (const std::string& note : input->prepared.notes) {
    surroundings.say(note);
  }
  if (input->counted.types > 0) {
    const cluster::TypeCount& counted = input->counted;
    surroundings.say("gaps between groups of cells tell " + std::to_string(counted.types) +
                     " types (" + std::to_string(counted.fewest) + " to " +
                     std::to_string(counted.most) +
                     " in halves of the cells); --types sets another number");
  }
  if (input->most_types > 0) {
    surroundings.say("the first clustering found " + std::to_string(input->types) + " types (" +
                     std::to_string(input->most_types) + " were allowed)");
  }
  if (recipe.start && recipe.start->start == models::StartKind::consensus &&
      !cluster::has_leiden()) {
    surroundings.say(
        "this build has no Leiden clustering: training starts from k-means clusterings alone");
  }
  return Fitting(std::move(input), complete, seed, surroundings, stages).run();
}

}  // namespace mixvae::fit
