#include "cluster/label_spreading.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/parallel.hpp"
#include "cluster/samples.hpp"

namespace mixvae::cluster {
namespace {

using testing::ElementsAre;

/// Three chains of cells: 0 1 2 3, 4 5 and 6 7.
Neighbours chains() {
  return {.k = 1, .cells = {1, 0, 1, 2, 5, 4, 7, 6}, .distances = std::vector(8, 1.F)};
}

TEST(LabelSpreading, ReachesWhatIsLinked) {
  EXPECT_THAT(spread_labels(chains(), {0, -1, -1, -1, -1, 2, -1, -1}, 3),
              ElementsAre(0, 0, 0, 0, 2, 2, -1, -1));
}

TEST(LabelSpreading, TheNearerKnownCellWins) {
  EXPECT_THAT(spread_labels(chains(), {1, -1, -1, 0, -1, -1, -1, -1}, 2),
              ElementsAre(1, 1, 0, 0, -1, -1, -1, -1));
}

/// The same sum by dense matrices in double precision.
std::vector<std::int32_t> plain(const Neighbours& graph, const std::vector<std::int32_t>& known,
                                Index types) {
  const std::size_t count = known.size();
  std::vector<std::vector<double>> linked(count, std::vector<double>(count, 0));
  for (std::size_t n = 0; n < count; ++n) {
    for (const std::int32_t other : graph.of(static_cast<Index>(n))) {
      linked[n][static_cast<std::size_t>(other)] = linked[static_cast<std::size_t>(other)][n] = 1;
    }
  }
  std::vector<double> degree;
  degree.reserve(count);
  for (const auto& row : linked) {
    degree.push_back(std::accumulate(row.begin(), row.end(), 0.0));
  }
  std::vector<std::int32_t> found(count, -1);
  std::vector<double> best(count, 0);
  for (std::int32_t type = 0; type < types; ++type) {
    std::vector<double> power;
    power.reserve(count);
    for (const std::int32_t own : known) {
      power.push_back(own == type ? 1 : 0);
    }
    std::vector<double> sum = power;
    for (int step = 0; step < 30; ++step) {
      std::vector<double> next(count, 0);
      for (std::size_t n = 0; n < count; ++n) {
        for (std::size_t m = 0; m < count; ++m) {
          next[n] += linked[n][m] > 0 ? 0.9 * power[m] / std::sqrt(degree[n] * degree[m]) : 0;
        }
      }
      power = next;
      for (std::size_t n = 0; n < count; ++n) {
        sum[n] += power[n];
      }
    }
    for (std::size_t n = 0; n < count; ++n) {
      if (sum[n] > best[n]) {
        best[n] = sum[n];
        found[n] = type;
      }
    }
  }
  return found;
}

TEST(LabelSpreading, EqualsThePlainSumOverAwkwardSizes) {
  for (const Index cells : {3, 17, 300}) {
    for (const Index types : {1, 2, 7}) {
      const DenseMatrix x = separated_groups(cells, 3, std::min<Index>(types, cells), 4);
      const Neighbours graph = nearest_neighbours(x, std::min<Index>(cells - 1, 6));
      std::vector<std::int32_t> known(static_cast<std::size_t>(cells), -1);
      for (std::size_t n = 0; n < known.size(); n += 5) {
        known[n] = static_cast<std::int32_t>(static_cast<Index>(n) % types);
      }
      EXPECT_EQ(spread_labels(graph, known, types), plain(graph, known, types));
    }
  }
}

TEST(LabelSpreading, IsTheSameForAnyNumberOfThreads) {
  const Neighbours graph = nearest_neighbours(separated_groups(900, 4, 3, 6), 8);
  std::vector<std::int32_t> known(900, -1);
  for (std::size_t n = 0; n < known.size(); n += 7) {
    known[n] = static_cast<std::int32_t>(n % 3);
  }
  set_thread_count(1);
  const auto one = spread_labels(graph, known, 3);
  set_thread_count(3);
  const auto three = spread_labels(graph, known, 3);
  set_thread_count(0);
  EXPECT_EQ(one, three);
}

TEST(HeldOutLabels, AreToldByTheOtherKnownCells) {
  // Types 0 and 1 stand together; the only cell of type 2 has no other to be told by.
  const Neighbours graph = nearest_neighbours(separated_groups(60, 3, 2, 0.1), 5);
  std::vector<std::int32_t> known(60, -1);
  for (std::size_t n = 0; n < 20; ++n) {
    known[n] = static_cast<std::int32_t>(n % 2);
  }
  known[30] = 2;
  std::vector<std::int32_t> expected(60, -1);
  std::copy_n(known.begin(), 20, expected.begin());
  EXPECT_EQ(held_out_labels(graph, known, 3), expected);
}

TEST(HeldOutLabels, AWrongLabelIsToldByItsNeighbours) {
  const Neighbours graph = nearest_neighbours(separated_groups(60, 3, 2, 0.1), 5);
  std::vector<std::int32_t> known(60, -1);
  for (std::size_t n = 0; n < 20; ++n) {
    known[n] = static_cast<std::int32_t>(n % 2);
  }
  known[4] = 1;  // stands among those of type 0
  EXPECT_EQ(held_out_labels(graph, known, 2)[4], 0);
}

}  // namespace
}  // namespace mixvae::cluster
