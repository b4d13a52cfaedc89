#include "fit/fit_input.hpp"

#include <algorithm>
#include <functional>
#include <utility>
#include <variant>

#include "base/error.hpp"
#include "base/index.hpp"
#include "cluster/knn.hpp"
#include "fit/copies_of_cells.hpp"
#include "fit/input_checksum.hpp"
#include "fit/preparation_file.hpp"
#include "fit/reference_prior.hpp"
#include "fit/stage_estimate.hpp"

namespace mixvae::fit {
namespace {

std::int64_t resolved_types(const FitSettings& settings, Index cells) {
  const std::int64_t types = settings.types.value_or(starting_type_count(cells));
  if (types > cells) {
    throw UsageError(
        {.what = "more types than cells",
         .found = "--types " + std::to_string(types) + " for " + std::to_string(cells) + " cells",
         .expected = "at most one type per cell",
         .hint = "give fewer types, or --types auto"});
  }
  return types;
}

/// How much fewer types than their bound a count is expected to find.
constexpr Index kBoundOfACount = 4;

/// Neighbours in the graph that the start is made from, whatever --neighbours says.
constexpr Index kGraphNeighbours = 15;

/// Types whose numbers are given from outside, -1 for cells without one; or empty.
std::vector<std::int32_t> numbered_types(const FitInput& input) {
  if (input.prior.rows == 0) {
    return input.known;
  }
  if (!input.known.empty()) {
    throw UsageError(
        {.what = "known types and a reference prior cannot be used together",
         .found = "--reference-prior with --known-types or --signatures",
         .hint =
             "give one of them; in a reference prior, probability 1 says that a type is known"});
  }
  return prior_types(input.prior);
}

/// From here on only copies of cells may read the prepared values: without such copies the
/// network's space takes them, or nobody does.
void hand_over(FitInput& input, const CopyOptions& copies) {
  const bool read = copies.augment != "none" && copies.augment != "neighbours";
  if (!input.projection.present()) {
    input.space.x = read ? input.prepared.x : std::move(input.prepared.x);
  }
  if (!read) {
    input.prepared.x = DenseMatrix{};
  }
}

/// What the phases of a recipe and the other options need computed.
struct Computed {
  bool components = false;   // principal components of the prepared values
  bool coordinates = false;  // where neighbours are found
  bool graph = false;        // nearest neighbours
  bool pairs = false;        // similarities of neighbours or by distance
};

bool starts(const models::Recipe& recipe) {
  return recipe.start && recipe.start->start != models::StartKind::none;
}

Computed computed_for(const FitOptions& options, const models::Recipe& recipe) {
  Computed computed;
  computed.graph = starts(recipe) || options.copies.augment == "neighbours";
  const std::string& similarity = options.similarity.similarity;
  computed.pairs =
      options.spec().takes.similarity && (similarity == "knn" || similarity == "distance");
  computed.coordinates = computed.graph || computed.pairs;
  computed.components = options.settings.space == Space::pca ||
                        (computed.coordinates && read_components(options.neighbour_space)) ||
                        std::ranges::any_of(recipe.phases, &models::Phase::starting_states);
  return computed;
}

Index stored_values(const Matrix& matrix) {
  const auto* sparse = std::get_if<CsrMatrix>(&matrix);
  return sparse != nullptr ? sparse->nonzeros() : row_count(matrix) * column_count(matrix);
}

void require_counts(const FitInput& input) {
  if (!input.prepared.counts) {
    throw InputError({.what = "this likelihood is of raw counts, and the data hold none",
                      .found = describe(input.preprocessing.expected),
                      .expected = "whole numbers of molecules or reads",
                      .hint =
                          "--layer takes counts that the file holds elsewhere; --likelihood mse "
                          "describes normalised values"});
  }
  if (!normalises_shares(input.preprocessing)) {
    throw UsageError(
        {.what = "counts are described as shares of each cell's sum, and the networks would read "
                 "them without it",
         .found =
             "--normalise " + input.preprocessing.normalise +
             (input.preprocessing.types.empty() ? "" : ", with a sum for each type of feature"),
         .expected = "--normalise library-log or library, of one type of feature"});
  }
}

void require_fitting_values(const Matrix& x, const FitOptions& options,
                            const models::Recipe& recipe) {
  if (recipe.likelihood->of_counts()) {
    return;
  }
  if (recipe.likelihood->values() != models::ValueRange::any && !recipe.original_target &&
      (options.copies.augment == "noise" || options.copies.augment == "thin")) {
    throw UsageError(
        {.what = "this likelihood cannot describe altered copies of cells",
         .found = "--augment " + options.copies.augment + " with --target copy",
         .hint = "add --target original: the model then reconstructs the cells themselves"});
  }
  const bool components = options.settings.space == Space::pca;
  models::require_values(
      *recipe.likelihood, x,
      components ? "the principal components, which the model is fitted to,"
                 : "the prepared values",
      components ? "--space features, with --scale unit for values in [0, 1]"
                 : "--scale unit brings each feature to [0, 1], --scale common all together; or "
                   "another --likelihood");
}

/// The steps from a data set to the input of a fit.
class Preparing {
 public:
  Preparing(Dataset dataset, const FitOptions& options, const models::Recipe& recipe,
            std::uint64_t seed, const PreparingSurroundings& surroundings)
      : dataset_(std::move(dataset)),
        options_(options),
        recipe_(recipe),
        seed_(seed),
        surroundings_(surroundings),
        computed_(computed_for(options, recipe)),
        pruned_(prunes(options.settings, recipe)) {}

  std::unique_ptr<FitInput> run() {
    stage(kPreparing, [this] {
      prepare_values();
      open_file();
      expect_stages();
      project();
    });
    if (computed_.coordinates) {
      stage(kNeighbours, [this] { find_neighbours(); });
    }
    hand_over(*input_, options_.copies);
    if (starts(recipe_)) {
      stage(kStart, [this] { add_start(); });
    }
    if (computed_.pairs) {
      surroundings_.stages->run(kSimilarity, [this] { add_similarity(); });
    } else if (options_.spec().takes.similarity) {
      add_similarity();
    }
    input_->copies = make_copies(*input_, graph_, options_, pruned_, seed_);
    return std::move(input_);
  }

 private:
  /// What it computes is kept afterwards, when a signal may no longer cut it short.
  void stage(const char* name, const std::function<void()>& work) {
    surroundings_.stages->run(name, work);
    if (std::exchange(computed_anew_, false)) {
      file_.save();
    }
  }

  void prepare_values() {
    const FitSettings& settings = options_.settings;
    PreprocessingOptions wanted = options_.preprocessing;
    wanted.images = recipe_.image && recipe_.image->width;
    input_->preprocessing = fit_preprocessing(dataset_, wanted);
    input_->prepared = apply_preprocessing(
        input_->preprocessing, dataset_,
        {.keep_counts = options_.copies.augment == "thin" || recipe_.likelihood->of_counts()});
    if (recipe_.likelihood->of_counts()) {
      require_counts(*input_);
    }
    if (settings.space == Space::features) {
      const Index features = input_->prepared.feature_count();
      require_wide_outputs(options_.execution, features, std::to_string(features) + " features");
    }
    const Index cells = input_->prepared.cell_count();
    input_->types = resolved_types(settings, cells);
    const std::vector<Index>& kept = input_->prepared.kept_cells;
    input_->known = known_types(options_.weak_labels, dataset_, kept, input_->types);
    input_->known_names = names_of_known_types(options_.weak_labels, dataset_);
    input_->prior =
        reference_prior(options_.weak_labels.reference_prior, dataset_, kept, input_->types);
    numbered_ = numbered_types(*input_);
    if (!options_.batch.batch_key.empty()) {
      input_->batches = training_batches(options_.batch, dataset_, kept);
    }
    input_->neighbours =
        std::min(settings.neighbours.value_or(neighbour_count(cells, input_->types)), others());
    dataset_.x = Matrix{};
  }

  void open_file() {
    if (surroundings_.file.empty()) {
      return;
    }
    PreparationFile::Facts facts = settings_text(options_);
    facts["seed"] = std::to_string(seed_);
    const auto stored = dataset_.arrays.find(options_.neighbour_space.space);
    facts["data"] =
        input_checksum(*input_, stored == dataset_.arrays.end() ? nullptr : &stored->second);
    file_ = PreparationFile(surroundings_.file, facts, surroundings_.say);
  }

  /// How long the coming stages will take, without what is kept.
  void expect_stages() {
    Stages& stages = *surroundings_.stages;
    const StageSizes sizes = stage_sizes();
    const double speed = machine_seconds();
    if (computed_.components && !file_.has("scores")) {
      stages.expect(kPreparing, speed * component_work(sizes));
    }
    if (computed_.graph && !file_.has("neighbours")) {
      stages.expect(kNeighbours, speed * neighbour_work(sizes));
    }
    if (starts(recipe_) && !file_.has("starting types")) {
      stages.expect(kStart, speed * start_work(sizes));
    }
    const TrainingWork training =
        training_work(options_, dataset_.source, input_->preprocessing, sizes, seed_);
    stages.expect(kTraining, speed * training.training);
    stages.expect(kStates, speed * training.states);
    if (learns_confidence(options_, recipe_)) {
      stages.expect(kConfidence, speed * confidence_work(sizes));
    }
    stages.tell_expected();
  }

  StageSizes stage_sizes() const {
    const Prepared& prepared = input_->prepared;
    const NeighbourSpaceOptions& space = options_.neighbour_space;
    const auto stored = dataset_.arrays.find(space.space);
    const Index components = std::min({component_number(), others(), prepared.feature_count()});
    return {.cells = prepared.cell_count(),
            .features = prepared.feature_count(),
            .stored = stored_values(prepared.x),
            .components = components,
            .coordinates = is_stored_embedding(space.space) && stored != dataset_.arrays.end()
                               ? stored->second.columns
                           : space.space == "umap"     ? 2
                           : space.space == "features" ? prepared.feature_count()
                                                       : components,
            .neighbours = graph_neighbours(),
            .types = counts_types(options_.settings, recipe_)
                         ? std::max<Index>(1, input_->types / kBoundOfACount)
                         : input_->types,
            .start = recipe_.start ? recipe_.start->start : models::StartKind::none,
            .replicates = recipe_.start ? recipe_.start->replicates : 0,
            .counted = counts_types(options_.settings, recipe_),
            .umap = space.space == "umap",
            .straighten = space.straighten && space.space != "features"};
  }

  /// Principal components where they are needed; in space pca the networks read them.
  void project() {
    if (computed_.components) {
      Projection projection;
      if (!file_.read(projection) || !file_.read("scores", input_->scores)) {
        projection = Projection::fit(input_->prepared.x, component_number(), seed_);
        input_->scores = projection.apply(input_->prepared.x);
        file_.keep(projection);
        file_.keep("scores", input_->scores);
        computed_anew_ = true;
      }
      remove_batches();
      if (options_.settings.space == Space::pca) {
        input_->projection = std::move(projection);
        input_->space.x = input_->scores;
      }
    }
    const bool components = options_.settings.space == Space::pca;
    require_fitting_values(components ? input_->space.x : input_->prepared.x, options_, recipe_);
  }

  void remove_batches() {
    const Batches& batches = input_->batches;
    if (batches.names.empty()) {
      return;
    }
    input_->batch_effects = {
        options_.batch.batch_key, batches.names,
        cluster::learn_batch_correction(input_->scores, batches.of_cell, {.seed = seed_})};
    input_->scores =
        cluster::without_batches(input_->batch_effects.correction, input_->scores, batches.of_cell);
  }

  void find_neighbours() {
    if (!file_.read("coordinates", coordinates_)) {
      coordinates_ = neighbour_coordinates(options_.neighbour_space, dataset_, input_->prepared,
                                           input_->scores, seed_);
      if (are_costly(options_.neighbour_space)) {
        file_.keep("coordinates", coordinates_);
        computed_anew_ = true;
      }
    }
    if (computed_.graph && !file_.read(graph_)) {
      graph_ = cluster::nearest_neighbours(coordinates_, graph_neighbours());
      file_.keep(graph_);
      computed_anew_ = true;
    }
  }

  /// The partition to start from; where types are pruned, K becomes the number that it has.
  void add_start() {
    const bool fewer = pruned_ && numbered_.empty();
    if (counts_types(options_.settings, recipe_)) {
      count_types();
    }
    if (!file_.read(input_->start)) {
      find_start(fewer);
      file_.keep(input_->start);
      computed_anew_ = true;
    }
    if (fewer) {
      const Index found = 1 + std::ranges::max(input_->start.types.front());
      input_->most_types = found < input_->types ? input_->types : 0;
      input_->types = found;
    }
  }

  /// As many types as gaps tell, and at least those that are known.
  void count_types() {
    input_->counted = cluster::count_types(coordinates_, {.seed = seed_});
    const std::int64_t known = numbered_.empty() ? 0 : 1 + std::ranges::max(numbered_);
    input_->types = std::max<std::int64_t>(input_->counted.types, known);
    input_->neighbours = std::min(
        options_.settings.neighbours.value_or(neighbour_count(coordinates_.rows, input_->types)),
        others());
  }

  void find_start(bool fewer) {
    const models::StartOptions& wanted = *recipe_.start;
    const cluster::Neighbours start_graph =
        cluster::nearest_of(graph_, std::min(kGraphNeighbours, others()));
    input_->start = starting_types(coordinates_, start_graph,
                                   {.kind = wanted.start,
                                    .types = input_->types,
                                    .fewer = fewer,
                                    .arms = recipe_.arms,
                                    .balance = wanted.start_balance,
                                    .seed = seed_});
    if (!numbered_.empty()) {
      follow_known_types(numbered_, input_->types, wanted.start_balance, start_graph,
                         input_->start);
    }
  }

  void add_similarity() {
    const std::vector<std::int32_t> pairs_known =
        recipe_.pairs_of_known_types ? input_->known : std::vector<std::int32_t>();
    const std::vector<Index>& kept = input_->prepared.kept_cells;
    input_->similarity = make_similarity(
        options_.similarity, {coordinates_, dataset_.cells.names, kept, pairs_known}, input_->types,
        training::batch_size_for(options_.training, static_cast<Index>(kept.size())));
  }

  Index others() const { return static_cast<Index>(input_->prepared.kept_cells.size()) - 1; }
  Index graph_neighbours() const {
    return std::min(std::max(kGraphNeighbours, input_->neighbours), others());
  }
  Index component_number() const {
    return options_.settings.components.value_or(component_count(input_->types));
  }

  Dataset dataset_;
  const FitOptions& options_;
  const models::Recipe& recipe_;
  std::uint64_t seed_;
  const PreparingSurroundings& surroundings_;
  Computed computed_;
  bool pruned_;
  std::unique_ptr<FitInput> input_ = std::make_unique<FitInput>();
  PreparationFile file_;
  bool computed_anew_ = false;  // something that the file is to hold
  std::vector<std::int32_t> numbered_;
  DenseMatrix coordinates_;
  cluster::Neighbours graph_;
};

}  // namespace

bool learns_confidence(const FitOptions& options, const models::Recipe& recipe) {
  return starts(recipe) && recipe.start->replicates > 0 && options.settings.space == Space::pca &&
         options.neighbour_space.space == "pca" && !options.neighbour_space.straighten;
}

bool learns_states(const models::Phase& phase) {
  return phase.objective == models::Objective::states;
}

std::vector<std::string> planned_stages(const FitOptions& options, const models::Recipe& recipe) {
  const Computed computed = computed_for(options, recipe);
  std::vector<std::string> names{kPreparing};
  const auto add = [&names](bool happens, const char* name) {
    if (happens) {
      names.emplace_back(name);
    }
  };
  add(computed.coordinates, kNeighbours);
  add(starts(recipe), kStart);
  add(computed.pairs, kSimilarity);
  add(true, kTraining);
  add(std::ranges::any_of(recipe.phases, learns_states), kStates);
  add(learns_confidence(options, recipe), kConfidence);
  return names;
}

std::unique_ptr<FitInput> prepare_fit(Dataset dataset, const FitOptions& options,
                                      const models::Recipe& recipe, std::uint64_t seed,
                                      const PreparingSurroundings& surroundings) {
  return Preparing(std::move(dataset), options, recipe, seed, surroundings).run();
}

std::unique_ptr<FitInput> prepare_fit(Dataset dataset, const FitOptions& options,
                                      const models::Recipe& recipe, std::uint64_t seed) {
  Stages stages(planned_stages(options, recipe));
  return prepare_fit(std::move(dataset), options, recipe, seed, {.stages = &stages});
}

}  // namespace mixvae::fit
