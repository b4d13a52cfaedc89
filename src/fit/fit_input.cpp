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
                                       const FitOptions& options, std::uint64_t seed) {
  const std::string& kind = options.copies.augment;
  if (kind == "none") {
    return nullptr;
  }
  if (kind == "neighbours") {
    return neighbour_copies(input.space,
                            rows_of_copies(graph, input.space.cell_count(), input.neighbours,
                                           !options.settings.prunes()),
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

}  // namespace

std::unique_ptr<FitInput> prepare_fit(Dataset dataset, const FitOptions& options,
                                      std::uint64_t seed) {
  const FitSettings& settings = options.settings;
  auto input = std::make_unique<FitInput>();
  PreprocessingOptions wanted = options.preprocessing;
  wanted.images = options.network.image_width.has_value();
  input->preprocessing = fit_preprocessing(dataset, wanted);
  input->prepared = apply_preprocessing(input->preprocessing, dataset,
                                        {.keep_counts = options.copies.augment == "thin"});
  input->types = resolved_types(settings, input->prepared.cell_count());
  const std::vector<Index>& kept = input->prepared.kept_cells;
  input->known = known_types(options.weak_labels, dataset, kept, input->types);
  input->prior = reference_prior(options.weak_labels.reference_prior, dataset, kept, input->types);
  dataset.x = Matrix{};

  const Projection projection = Projection::fit(
      input->prepared.x, settings.components.value_or(component_count(input->types)), seed);
  input->scores = projection.apply(input->prepared.x);
  const DenseMatrix& scores = input->scores;
  const Index others = scores.rows - 1;
  input->neighbours =
      std::min(settings.neighbours.value_or(neighbour_count(scores.rows, input->types)), others);
  const DenseMatrix coordinates =
      neighbour_coordinates(options.neighbour_space, dataset, input->prepared, scores, seed);
  if (settings.space == "pca") {
    input->projection = projection;
    input->space.x = scores;
  }
  hand_over(*input, options.copies);
  const cluster::Neighbours graph = cluster::nearest_neighbours(
      coordinates, std::min(std::max(kGraphNeighbours, input->neighbours), others));
  const std::vector<std::int32_t> numbered = numbered_types(*input);
  const cluster::Neighbours start_graph =
      cluster::nearest_of(graph, std::min(kGraphNeighbours, others));
  input->start = starting_types(coordinates, start_graph,
                                {.kind = settings.start,
                                 .types = input->types,
                                 .fewer = settings.prunes() && numbered.empty(),
                                 .arms = options.network.arms,
                                 .balance = settings.start_balance,
                                 .seed = seed});
  if (settings.prunes() && numbered.empty() && !input->start.empty()) {
    const Index found = 1 + std::ranges::max(input->start.types.front());
    input->most_types = found < input->types ? input->types : 0;
    input->types = found;
  }
  const bool class_prior = options.network.known_term == "binary";
  const std::vector<std::int32_t> pairs_known =
      class_prior ? std::vector<std::int32_t>() : input->known;
  input->similarity =
      make_similarity(options.similarity, {coordinates, dataset.cells.names, kept, pairs_known},
                      input->types, training::batch_size_for(options.training, scores.rows));
  if (!numbered.empty() && !input->start.empty()) {
    follow_known_types(numbered, input->types, settings.start_balance, start_graph, input->start);
  }
  input->copies = make_copies(*input, graph, options, seed);
  return input;
}

}  // namespace mixvae::fit
