#include "analysis/fit_input.hpp"

#include <algorithm>

#include "analysis/projected_copies.hpp"
#include "base/error.hpp"
#include "cluster/knn.hpp"

namespace mixvae::analysis {
namespace {

std::size_t at(Index i) { return static_cast<std::size_t>(i); }

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

/// Neighbours in the graph from which communities are made, whatever --neighbours says.
constexpr Index kGraphNeighbours = 15;

/// Each cell's own row, then its first k neighbours: [N, k + 1].
NeighbourTable with_self(const cluster::Neighbours& graph, Index cells, Index k) {
  NeighbourTable table{k + 1, {}};
  table.rows.reserve(at(cells * table.neighbours));
  for (Index n = 0; n < cells; ++n) {
    table.rows.push_back(static_cast<std::int32_t>(n));
    std::ranges::copy(graph.of(n).first(at(k)), std::back_inserter(table.rows));
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
                            with_self(graph, input.space.cell_count(), input.neighbours), seed);
  }
  auto copies = make_copy_maker(options.copies, input.prepared, input.preprocessing, seed);
  return input.projection.present() ? projected_copies(std::move(copies), input.projection)
                                    : std::move(copies);
}

}  // namespace

std::unique_ptr<FitInput> prepare_fit(const Dataset& dataset, const FitOptions& options,
                                      std::uint64_t seed) {
  const FitSettings& settings = options.settings;
  auto input = std::make_unique<FitInput>();
  input->preprocessing = fit_preprocessing(dataset, options.preprocessing);
  input->prepared = apply_preprocessing(input->preprocessing, dataset);
  input->types = resolved_types(settings, input->prepared.cell_count());

  const Projection projection = Projection::fit(input->prepared.x, settings.components, seed);
  const DenseMatrix scores = projection.apply(input->prepared.x);
  if (settings.space == "pca") {
    input->projection = projection;
    input->space.x = scores;
  } else {
    input->space.x = input->prepared.x;
  }
  const Index others = scores.rows - 1;
  input->neighbours =
      std::min(settings.neighbours.value_or(neighbour_count(scores.rows, input->types)), others);
  const cluster::Neighbours graph = cluster::nearest_neighbours(
      scores, std::min(std::max(kGraphNeighbours, input->neighbours), others));
  input->start = starting_types(scores, graph,
                                {.kind = settings.start,
                                 .types = input->types,
                                 .arms = options.network.arms,
                                 .balance = settings.start_balance,
                                 .seed = seed});
  input->copies = make_copies(*input, graph, options, seed);
  return input;
}

}  // namespace mixvae::analysis
