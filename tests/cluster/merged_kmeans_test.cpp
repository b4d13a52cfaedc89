#include "cluster/merged_kmeans.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/philox.hpp"
#include "cluster/kmeans.hpp"

namespace mixvae::cluster {
namespace merged_kmeans_test {

/// A broad group of 900 cells, two close groups of 60 and 40 and a group of 24, in the plane.
DenseMatrix uneven_groups() {
  DenseMatrix x(1024, 2);
  const Philox philox(9, Purpose::test);
  for (Index n = 0; n < x.rows; ++n) {
    const double spread = n < 900 ? 2.0 : 0.3;
    const double shift = n < 900 ? 0.0 : n < 960 ? 14.0 : n < 1000 ? 22.0 : 30.0;
    x(n, 0) = static_cast<float>(shift + spread * philox.normal(static_cast<std::uint64_t>(2 * n)));
    x(n, 1) = static_cast<float>(spread * philox.normal(static_cast<std::uint64_t>(2 * n + 1)));
  }
  return x;
}

std::int32_t true_group(Index n) { return n < 900 ? 0 : n < 960 ? 1 : n < 1000 ? 2 : 3; }

Index mistakes(const std::vector<std::int32_t>& labels) {
  Index wrong = 0;
  for (std::size_t n = 0; n < labels.size(); ++n) {
    wrong += labels[n] == true_group(static_cast<Index>(n)) ? 0 : 1;
  }
  return wrong;
}

TEST(MergedKmeans, KeepsSmallGroupsThatKmeansJoinsToCutALargeOne) {
  const DenseMatrix x = uneven_groups();
  EXPECT_EQ(mistakes(merged_kmeans(x, {.clusters = 4, .pieces = 6, .seed = 1})), 0);
  EXPECT_GT(mistakes(kmeans(x, {.clusters = 4, .seed = 1}).labels), 100);
}

TEST(MergedKmeans, IsPlainKmeansWhereCellsAreFew) {
  const DenseMatrix x = uneven_groups();
  const MergedKmeansOptions options{.clusters = 200, .seed = 3};
  EXPECT_EQ(merged_kmeans(x, options), kmeans(x, {.clusters = 200, .seed = 3}).labels);
}

TEST(MergedKmeans, RefusesMoreClustersThanCells) {
  EXPECT_THROW(merged_kmeans(DenseMatrix(3, 2), {.clusters = 4}), UsageError);
}

}  // namespace merged_kmeans_test
}  // namespace mixvae::cluster
