#include "fit/fit_input.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/index.hpp"
#include "cluster/knn.hpp"
#include "fit/projected_copies.hpp"
#include "fit/reference_prior.hpp"

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

/// Neighbours in the graph that the start is made from, whatever --neighbours says.
constexpr Index kGraphNeighbours = 15;

/// A cell's first k neighbours; with `mutual` those that have the cell among their first k too.
std::vector<std::int32_t> neighbours_of(const cluster::Neighbours& graph, Index cell, Index k,
                                        bool mutual) {
  const auto all = graph.of(cell).first(at(k));
  std::vector<std::int32_t> chosen;
  std::ranges::copy_if(all, std::back_inserter(chosen), [&](std::int32_t other) {
    const auto theirs = graph.of(other).first(at(k));
    return !mutual || std::ranges::find(theirs, static_cast<std::int32_t>(cell)) != theirs.end();
  });
  return chosen;
}

/// The rows that a cell's copies come from [N, k + 1]: its own and its neighbours', repeated in
/// turn to fill the row. Mutual ones spare types of fewer than k cells: their neighbours in larger
/// types have nearer neighbours of their own. While types are pruned all neighbours count, so that
/// arms that cut one type in two do not agree.
NeighbourTable rows_of_copies(const cluster::Neighbours& graph, Index cells, Index k, bool mutual) {
  NeighbourTable table{k + 1, {}};
  table.rows.reserve(at(cells * table.neighbours));
  for (Index n = 0; n < cells; ++n) {
    const std::size_t first = table.rows.size();
    table.rows.push_back(static_cast<std::int32_t>(n));
    std::ranges::copy(neighbours_of(graph, n, k, mutual), std::back_inserter(table.rows));
    for (std::size_t next = first; table.rows.size() < first + at(k + 1); ++next) {
      table.rows.push_back(table.rows[next]);
    }
  }
  return table;
}

std::unique_ptr<CopyMaker> make_copies(const FitInput& input, const cluster::Neighbours& graph,
                                       const FitOptions& options, bool pruned, std::uint64_t seed) {
  const std::string& kind = options.copies.augment;
  if (kind == "none") {
    return nullptr;
  }
  if (kind == "neighbours") {
    return neighbour_copies(
        input.space, rows_of_copies(graph, input.space.cell_count(), input.neighbours, !pruned),
        seed);
  }
  auto copies = make_copy_maker(options.copies, input.prepared, input.preprocessing, seed);
  return input.projection.present() ? projected_copies(std::move(copies), input.projection)
                                    : std::move(copies);
}

/// Types whose numbers are given from outside, -1 for cells without one; or empty.
std::vector<std::int32_t> numbered_types(const FitInput& input) {
  if (input.prior.rows == 0) {
    return input.known;
  }
  if (!input.known.empty()) {
    throw UsageError({.what = "known types and a reference prior number the types differently",
                      .found = "--reference-prior with --known-types or --signatures",
                      .hint = "give one of them; probability 1 says that a type is known"});
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
};

bool starts(const models::Recipe& recipe) {
  return recipe.start && recipe.start->start != models::StartKind::none;
}

Computed computed_for(const FitOptions& options, const models::Recipe& recipe) {
  Computed computed;
  computed.graph = starts(recipe) || options.copies.augment == "neighbours";
  const std::string& similarity = options.similarity.similarity;
  computed.coordinates = computed.graph || (options.spec().takes.similarity &&
                                            (similarity == "knn" || similarity == "distance"));
  const std::string& space = options.neighbour_space.space;
  const bool from_components = space == "pca" || space == "umap";
  computed.components = options.settings.space == Space::pca ||
                        (computed.coordinates && from_components) ||
                        std::ranges::any_of(recipe.phases, &models::Phase::starting_states);
  return computed;
}

/// Principal components where they are needed; in space pca the networks read them.
void project(FitInput& input, const FitOptions& options, const Computed& computed,
             std::uint64_t seed) {
  if (!computed.components) {
    return;
  }
  const Projection projection = Projection::fit(
      input.prepared.x, options.settings.components.value_or(component_count(input.types)), seed);
  input.scores = projection.apply(input.prepared.x);
  if (options.settings.space == Space::pca) {
    input.projection = projection;
    input.space.x = input.scores;
  }
}

/// The partition to start from; where types are pruned, K becomes the number that it has.
void add_start(FitInput& input, const models::Recipe& recipe, const DenseMatrix& coordinates,
               const cluster::Neighbours& graph, bool pruned, std::uint64_t seed) {
  const std::vector<std::int32_t> numbered = numbered_types(input);
  if (!starts(recipe)) {
    return;
  }
  const cluster::Neighbours start_graph =
      cluster::nearest_of(graph, std::min(kGraphNeighbours, input.space.cell_count() - 1));
  input.start = starting_types(coordinates, start_graph,
                               {.kind = recipe.start->start,
                                .types = input.types,
                                .fewer = pruned && numbered.empty(),
                                .arms = recipe.arms,
                                .balance = recipe.start->start_balance,
                                .seed = seed});
  if (pruned && numbered.empty()) {
    const Index found = 1 + std::ranges::max(input.start.types.front());
    input.most_types = found < input.types ? input.types : 0;
    input.types = found;
  }
  if (!numbered.empty()) {
    follow_known_types(numbered, input.types, recipe.start->start_balance, start_graph,
                       input.start);
  }
}

void require_fitting_values(const FitInput& input, const FitOptions& options,
                            const models::Recipe& recipe) {
  if (recipe.likelihood->values() != models::ValueRange::any && !recipe.original_target &&
      options.copies.augment == "noise") {
    throw UsageError({.what = "noisy copies are not what this likelihood is of",
                      .found = "--augment noise with --target copy",
                      .hint = "--target original reconstructs the cells themselves"});
  }
  const bool components = options.settings.space == Space::pca;
  models::require_values(
      *recipe.likelihood, input.space.x,
      components ? "the principal components, which the networks read," : "the prepared values",
      components ? "--space features, with --scale unit for values in [0, 1]"
                 : "--scale unit brings each feature to [0, 1], --scale common all together; or "
                   "another --likelihood");
}

}  // namespace

std::unique_ptr<FitInput> prepare_fit(Dataset dataset, const FitOptions& options,
                                      const models::Recipe& recipe, std::uint64_t seed) {
  const FitSettings& settings = options.settings;
  auto input = std::make_unique<FitInput>();
  PreprocessingOptions wanted = options.preprocessing;
  wanted.images = recipe.image && recipe.image->width;
  input->preprocessing = fit_preprocessing(dataset, wanted);
  input->prepared = apply_preprocessing(input->preprocessing, dataset,
                                        {.keep_counts = options.copies.augment == "thin"});
  input->types = resolved_types(settings, input->prepared.cell_count());
  const std::vector<Index>& kept = input->prepared.kept_cells;
  input->known = known_types(options.weak_labels, dataset, kept, input->types);
  input->prior = reference_prior(options.weak_labels.reference_prior, dataset, kept, input->types);
  dataset.x = Matrix{};

  const Computed computed = computed_for(options, recipe);
  const bool pruned = prunes(settings, recipe);
  const Index cells = input->prepared.cell_count();
  const Index others = cells - 1;
  project(*input, options, computed, seed);
  input->neighbours =
      std::min(settings.neighbours.value_or(neighbour_count(cells, input->types)), others);
  DenseMatrix coordinates;
  if (computed.coordinates) {
    coordinates = neighbour_coordinates(options.neighbour_space, dataset, input->prepared,
                                        input->scores, seed);
  }
  hand_over(*input, options.copies);
  require_fitting_values(*input, options, recipe);
  cluster::Neighbours graph;
  if (computed.graph) {
    graph = cluster::nearest_neighbours(
        coordinates, std::min(std::max(kGraphNeighbours, input->neighbours), others));
  }
  add_start(*input, recipe, coordinates, graph, pruned, seed);
  if (options.spec().takes.similarity) {
    const std::vector<std::int32_t> pairs_known =
        recipe.pairs_of_known_types ? input->known : std::vector<std::int32_t>();
    input->similarity =
        make_similarity(options.similarity, {coordinates, dataset.cells.names, kept, pairs_known},
                        input->types, training::batch_size_for(options.training, cells));
  }
  input->copies = make_copies(*input, graph, options, pruned, seed);
  return input;
}

}  // namespace mixvae::fit
