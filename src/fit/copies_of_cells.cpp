#include "fit/copies_of_cells.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "base/index.hpp"
#include "fit/projected_copies.hpp"

namespace mixvae::fit {
namespace {

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

}  // namespace

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

}  // namespace mixvae::fit
