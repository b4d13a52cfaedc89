#pragma once

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/philox.hpp"
#include "cluster/knn.hpp"
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

/// Share of the exact neighbours that were found.
inline double recall(const Neighbours& found, const Neighbours& exact) {
  std::size_t hits = 0;
  const Index cells = static_cast<Index>(exact.cells.size()) / exact.k;
  for (Index i = 0; i < cells; ++i) {
    const std::set<std::int32_t> wanted(exact.of(i).begin(), exact.of(i).end());
    hits += static_cast<std::size_t>(
        std::ranges::count_if(found.of(i), [&](std::int32_t c) { return wanted.contains(c); }));
  }
  return static_cast<double>(hits) / static_cast<double>(exact.cells.size());
}

/// An approximate search in a metric finds nearly all of the exact neighbours: 12 different ones of
/// each cell, nearest first, not the cell itself.
inline void expect_nearly_all_neighbours(const std::string& metric) {
  const DenseMatrix x = separated_groups(4000, 12, 9, 2.0);
  const Neighbours exact =
      nearest_neighbours(x, {.neighbours = 12, .metric = metric, .search = "exact"});
  const Neighbours found =
      nearest_neighbours(x, {.neighbours = 12, .metric = metric, .search = "approximate"});
  EXPECT_GT(recall(found, exact), 0.97) << metric;
  for (Index i = 0; i < x.rows; ++i) {
    EXPECT_TRUE(std::ranges::is_sorted(found.distances_of(i)));
    EXPECT_EQ(std::ranges::count(found.of(i), static_cast<std::int32_t>(i)), 0);
    EXPECT_EQ(std::set<std::int32_t>(found.of(i).begin(), found.of(i).end()).size(), 12U);
  }
}

}  // namespace mixvae::cluster
