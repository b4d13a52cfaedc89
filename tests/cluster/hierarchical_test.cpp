#include "cluster/hierarchical.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "cluster/samples.hpp"
#include "support/python.hpp"

namespace mixvae::cluster {
namespace hierarchical_test {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Hierarchical, AgreesWithScipy) {
  const DenseMatrix x = separated_groups(130, 3, 4, 3.0);
  for (const std::string linkage : {"ward", "average", "complete"}) {
    const auto run = test::run_python(
        "import numpy as np\n"
        "from scipy.cluster.hierarchy import linkage\n"
        "z = linkage(np.loadtxt('x.txt'), '" +
            linkage + "')\nprint(*z.ravel())\n",
        {{"x.txt", test::number_text(x.values, 3)}});
    MIXVAE_NEEDS_PYTHON(run);
    const std::vector<double> expected = test::numbers_in(run.output);
    const Hierarchical found = hierarchical(x, {.clusters = 6, .linkage = linkage});
    ASSERT_EQ(expected.size(), 4 * found.tree.size());
    for (std::size_t m = 0; m < found.tree.size(); ++m) {
      ASSERT_EQ(found.tree[m].a, expected[4 * m]) << linkage << " union " << m;
      ASSERT_EQ(found.tree[m].b, expected[4 * m + 1]);
      ASSERT_NEAR(found.tree[m].height, expected[4 * m + 2], 1e-4);
      ASSERT_EQ(found.tree[m].size, expected[4 * m + 3]);
    }
  }
}

TEST(Hierarchical, FindsSeparateGroupsAndNumbersThemBySize) {
  DenseMatrix x(6, 1);
  x.values = {10, 0, 0.1F, 0.2F, 10.1F, 50};
  for (const std::string linkage : {"ward", "average", "complete"}) {
    EXPECT_THAT(hierarchical(x, {.clusters = 3, .linkage = linkage}).labels,
                ElementsAre(1, 0, 0, 0, 1, 2));
  }
}

TEST(Hierarchical, HandlesOneCellEqualCellsAndTies) {
  EXPECT_THAT(hierarchical(DenseMatrix(1, 2), {.clusters = 1}).labels, ElementsAre(0));
  for (const std::string linkage : {"ward", "average", "complete"}) {
    const Hierarchical equal = hierarchical(DenseMatrix(9, 2), {.clusters = 9, .linkage = linkage});
    EXPECT_THAT(equal.labels, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8));
    EXPECT_EQ(equal.tree.back().size, 9);
    EXPECT_EQ(equal.tree.back().height, 0);
    DenseMatrix line(64, 1);
    for (Index i = 0; i < 64; ++i) {
      line(i, 0) = static_cast<float>(i);
    }
    const Hierarchical ties = hierarchical(line, {.clusters = 5, .linkage = linkage});
    EXPECT_EQ(std::set<std::int32_t>(ties.labels.begin(), ties.labels.end()).size(), 5U);
  }
}

TEST(Hierarchical, GivesTheSameTreeForAnyNumberOfThreads) {
  const DenseMatrix x = separated_groups(500, 300, 5, 4.0);
  set_thread_count(1);
  const Hierarchical one = hierarchical(x, {.clusters = 7});
  set_thread_count(3);
  const Hierarchical three = hierarchical(x, {.clusters = 7});
  set_thread_count(0);
  EXPECT_EQ(one.labels, three.labels);
  EXPECT_EQ(one.tree.back().height, three.tree.back().height);
}

template <class Error>
std::string refusal(const DenseMatrix& x, const HierarchicalOptions& options) {
  try {
    hierarchical(x, options);
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Hierarchical, RefusesTooManyClustersAndTooManyCells) {
  EXPECT_THAT(refusal<UsageError>(DenseMatrix(3, 1), {.clusters = 4}), HasSubstr("1 to 3"));
  EXPECT_THAT(refusal<UsageError>(DenseMatrix(3, 1), {.clusters = 1, .linkage = "single"}),
              HasSubstr("no such linkage"));
  EXPECT_THAT(refusal<InputError>(DenseMatrix(60001, 1), {.clusters = 2, .linkage = "average"}),
              HasSubstr("use linkage ward"));
}

TEST(Hierarchical, APointOfSeveralCellsCountsAsSoMany) {
  const std::vector<double> place{0.0, 1.0, 2.5, 7.0, 7.6, 12.0};
  const std::vector<double> sizes{1, 3, 2, 1, 4, 1};
  std::vector<float> distances;
  std::vector<double> cells;
  for (std::size_t a = 0; a < place.size(); ++a) {
    cells.insert(cells.end(), static_cast<std::size_t>(sizes[a]), place[a]);
    for (std::size_t b = a + 1; b < place.size(); ++b) {
      distances.push_back(static_cast<float>(place[b] - place[a]));
    }
  }
  std::vector<float> all;
  for (std::size_t a = 0; a < cells.size(); ++a) {
    for (std::size_t b = a + 1; b < cells.size(); ++b) {
      all.push_back(static_cast<float>(cells[b] - cells[a]));
    }
  }
  const auto points = linkage_tree(distances, sizes, "average");
  const auto single = linkage_tree(all, std::vector<double>(cells.size(), 1.0), "average");
  for (std::size_t m = 0; m < points.size(); ++m) {
    EXPECT_NEAR(points[m].height, single[m + single.size() - points.size()].height, 1e-5);
  }
}

TEST(Hierarchical, RefusesDistancesThatFloatsCannotHold) {
  DenseMatrix far(3, 1);
  far.values = {-1e20F, 0.0F, 1e20F};
  for (const std::string linkage : {"average", "complete"}) {
    EXPECT_THAT(refusal<InputError>(far, {.clusters = 2, .linkage = linkage}),
                HasSubstr("too large for floats"));
  }
}

}  // namespace hierarchical_test
}  // namespace mixvae::cluster
