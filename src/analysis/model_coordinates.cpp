#include "analysis/model_coordinates.hpp"

#include <algorithm>
#include <numeric>

#include "base/index.hpp"
#include "base/philox.hpp"
#include "base/random_order.hpp"
#include "cluster/pca.hpp"

namespace mixvae::analysis {
namespace {

constexpr Index kMostColumns = 200;  // of values that are taken as they are
constexpr Index kComponents = 50;

}  // namespace

std::vector<Index> sampled_cells(const std::vector<Index>& cells, Index most, std::uint64_t seed) {
  std::vector<Index> order =
      random_order(static_cast<Index>(cells.size()), Philox(seed, Purpose::subsample));
  order.resize(std::min(order.size(), at(most)));
  std::ranges::sort(order);
  std::ranges::transform(order, order.begin(), [&](Index place) { return cells[at(place)]; });
  return order;
}

ModelCoordinates model_coordinates(const fit::TrainedModel& model, const Dataset& dataset,
                                   Index most, std::uint64_t seed) {
  const Prepared prepared =
      apply_preprocessing(model.preprocessing, dataset, {.minimum_found = 0, .trust_values = true});
  std::vector<Index> rows(at(prepared.cell_count()));
  std::iota(rows.begin(), rows.end(), 0);
  rows = sampled_cells(rows, most, seed);
  const Matrix input = model.network_input(select_rows(prepared.x, rows));
  std::vector<Index> cells;
  cells.reserve(rows.size());
  for (const Index row : rows) {
    cells.push_back(prepared.kept_cells[at(row)]);
  }
  if (column_count(input) > kMostColumns) {
    const Index components = std::min({kComponents, row_count(input), column_count(input)});
    return {cluster::pca(input, {.components = components, .seed = seed}).scores, cells};
  }
  return {to_dense(input), cells};
}

}  // namespace mixvae::analysis
