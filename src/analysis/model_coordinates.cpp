#include "analysis/model_coordinates.hpp"

#include <algorithm>

#include "base/error.hpp"
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

DenseMatrix model_coordinates(const fit::TrainedModel& model, const Dataset& dataset,
                              const std::vector<Index>& cells, std::uint64_t seed) {
  Dataset some;
  some.x = select_rows(dataset.x, cells);
  some.cells = select_rows(dataset.cells, cells);
  some.cells.names = numbered_names("C", static_cast<Index>(cells.size()));
  some.features = dataset.features;
  some.source = dataset.source;
  const Prepared prepared =
      apply_preprocessing(model.preprocessing, some, {.minimum_found = 0, .trust_values = true});
  MIXVAE_ASSERT(prepared.cell_count() == static_cast<Index>(cells.size()),
                "a cell that the model does not take");
  std::vector<std::string> notes;  // which the assignment of these cells tells
  const Matrix input = model.network_input(prepared, some.cells, notes);
  if (column_count(input) > kMostColumns) {
    const Index components = std::min({kComponents, row_count(input), column_count(input)});
    return cluster::pca(input, {.components = components, .seed = seed}).scores;
  }
  return to_dense(input);
}

}  // namespace mixvae::analysis
