#pragma once

#include <cstdint>
#include <vector>

#include "base/philox.hpp"
#include "data/matrix.hpp"

namespace mixvae::cluster {

/// Cells in well separated groups: cell i belongs to group i % groups.
inline DenseMatrix separated_groups(Index cells, Index columns, Index groups, double spread = 0.3) {
  PhiloxStream random(5, Purpose::test);
  DenseMatrix centres(groups, columns);
  for (float& value : centres.values) {
    value = static_cast<float>(5 * random.normal());
  }
  DenseMatrix x(cells, columns);
  for (Index i = 0; i < cells; ++i) {
    for (Index c = 0; c < columns; ++c) {
      x(i, c) = centres(i % groups, c) + static_cast<float>(spread * random.normal());
    }
  }
  return x;
}

/// Sparse counts with a few strong directions: about the given fraction of the entries is not zero.
inline CsrMatrix sparse_counts(Index cells, Index columns, double density, std::uint64_t seed) {
  PhiloxStream random(seed, Purpose::test);
  CsrMatrix x;
  x.rows = cells;
  x.columns = columns;
  for (Index i = 0; i < cells; ++i) {
    for (Index c = 0; c < columns; ++c) {
      if (random.uniform() < density) {
        const double level = (i % 7 == c % 7 ? 4.0 + 3.0 * static_cast<double>(c % 7) : 1.0) +
                             (i % 3 == c % 3 ? 1.5 : 0.0);
        x.column_numbers.push_back(static_cast<std::int32_t>(c));
        x.values.push_back(static_cast<float>(level * random.uniform() + 0.1));
      }
    }
    x.offsets.push_back(static_cast<Index>(x.values.size()));
  }
  return x;
}

}  // namespace mixvae::cluster
