#include "data/prepare/bootstrap.hpp"

#include <algorithm>

#include "base/index.hpp"
#include "base/philox.hpp"

namespace mixvae {

std::vector<Index> bootstrap_rows(Index cells, std::uint64_t seed) {
  const Philox draw(seed, Purpose::bootstrap);
  std::vector<Index> rows;
  rows.reserve(at(cells));
  for (Index n = 0; n < cells; ++n) {
    rows.push_back(static_cast<Index>(draw.integer(at(n), at(cells))));
  }
  std::ranges::sort(rows);
  return rows;
}

Dataset bootstrap(const Dataset& dataset, std::uint64_t seed) {
  const std::vector<Index> rows = bootstrap_rows(dataset.cell_count(), seed);
  Dataset drawn;
  drawn.x = select_rows(dataset.x, rows);
  drawn.cells = select_rows(dataset.cells, rows);
  drawn.features = dataset.features;
  for (const auto& [name, values] : dataset.arrays) {
    drawn.arrays[name] = std::get<DenseMatrix>(select_rows(Matrix(values), rows));
  }
  drawn.texts = dataset.texts;
  drawn.source = dataset.source;
  return drawn;
}

}  // namespace mixvae
