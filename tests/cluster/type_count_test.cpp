#include "cluster/type_count.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/philox.hpp"
#include "cluster/gap_merging.hpp"
#include "cluster/valley.hpp"
#include "support/python.hpp"

namespace mixvae::cluster {
namespace type_count_test {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// Normal values about a centre.
std::vector<float> normal_values(std::size_t count, float centre, std::uint64_t seed) {
  const Philox random(seed, Purpose::test);
  std::vector<float> values;
  for (std::size_t n = 0; n < count; ++n) {
    values.push_back(centre + random.normal(n));
  }
  return values;
}

/// Normal groups of so many cells in 12 dimensions, each `apart` along an axis of its own.
DenseMatrix groups_in_space(Index groups, Index cells, float apart, std::uint64_t seed) {
  DenseMatrix x(groups * cells, 12);
  const Philox random(seed, Purpose::test);
  for (Index n = 0; n < x.rows; ++n) {
    for (Index d = 0; d < x.columns; ++d) {
      x(n, d) = random.normal(static_cast<std::uint64_t>(n * x.columns + d));
    }
    x(n, n / cells) += apart;
  }
  return x;
}

std::string list_text(const std::vector<float>& values) {
  std::string text = "np.array([";
  for (const float value : values) {
    text += std::to_string(value) + ",";
  }
  return text + "], 'f4').astype(float)";
}

TEST(Valley, AgreesWithPlainNumpy) {
  for (const std::size_t count : {1U, 9U, 130U}) {
    const std::vector<float> low = normal_values(count, 0, 1);
    const std::vector<float> high = normal_values(2 * count + 1, 2.4F, 2);
    const auto run = test::run_python(
        "import numpy as np\na = " + list_text(low) + "\nb = " + list_text(high) +
        "\nma, mb = np.sort(a)[len(a) // 2], np.sort(b)[len(b) // 2]\n"
        "s = (a.std() * len(a) + b.std() * len(b)) / (len(a) + len(b))\n"
        "h = 1.06 * s * min(len(a), len(b)) ** -0.2\n"
        "f = [sum(np.exp(-0.5 * ((t - g) / h) ** 2).mean() for g in (a, b)) for t in "
        "np.linspace(ma, mb, 21)]\n"
        "t = np.linspace(ma, mb, 21)[np.argmin(f)]\n"
        "v = sum((np.exp(-((t - g) / h) ** 2)).sum() / len(g) ** 2 for g in (a, b))\n"
        "e = (v + 1 / min(len(a), len(b)) ** 2) ** 0.5\n"
        "print(*((min(f) / min(f[0], f[-1]), e / min(f[0], f[-1])) if ma < mb else (9, 0)))\n");
    MIXVAE_NEEDS_PYTHON(run);
    const std::vector<double> expected = test::numbers_in(run.output);
    EXPECT_NEAR(valley(low, high).floor, expected.at(0), 1e-4) << count << " values";
    EXPECT_NEAR(valley(low, high).error, expected.at(1), 1e-4) << count << " values";
  }
}

TEST(Valley, IsShallowWithinOneGroupAndDeepBetweenTwo) {
  const std::vector<float> all = normal_values(4000, 0, 3);
  std::vector<float> low;
  std::vector<float> high;
  for (const float value : all) {
    (value < 0 ? low : high).push_back(value);
  }
  EXPECT_GT(valley(low, high).floor, 0.9);
  EXPECT_LT(valley(normal_values(500, 0, 4), normal_values(500, 5, 5)).surely_below(), 0.3);
  EXPECT_EQ(valley(high, low).floor, 9);
  EXPECT_THROW(static_cast<void>(valley({}, high)), Bug);
}

TEST(Valley, OfFewerValuesIsLessSure) {
  double error = 0;
  for (const std::size_t count : {2000U, 200U, 20U}) {
    const Valley found = valley(normal_values(count, 0, 4), normal_values(count, 5, 5));
    EXPECT_GT(found.error, error) << count << " values";
    EXPECT_DOUBLE_EQ(found.surely_below(), found.floor + 2 * found.error);
    error = found.error;
  }
}

TEST(GapMerging, FindsGroupsApartHoweverManyPieces) {
  const DenseMatrix learning = groups_in_space(5, 80, 9, 6);
  const DenseMatrix unseen = groups_in_space(5, 60, 9, 7);
  for (const Index pieces : {6, 15, 30}) {
    const std::vector<std::int32_t> labels =
        merge_without_gap(learning, unseen, {.pieces = pieces, .seed = 3});
    for (std::size_t n = 0; n < 300; ++n) {
      EXPECT_EQ(labels[n], labels[n / 60 * 60]) << pieces << " pieces, cell " << n;
    }
    for (std::size_t group = 1; group < 5; ++group) {
      EXPECT_NE(labels[60 * group], labels[0]) << pieces << " pieces";
    }
  }
}

TEST(GapMerging, RefusesMorePiecesThanCells) {
  const DenseMatrix cells = groups_in_space(1, 10, 0, 8);
  EXPECT_THROW(static_cast<void>(merge_without_gap(cells, cells, {.pieces = 11})), UsageError);
}

TEST(TypeCount, OfNoiseAndOfAGradientIsOne) {
  for (const Index cells : {300, 1500, 8000}) {  // as many more pieces that may part by chance
    EXPECT_EQ(count_types(groups_in_space(1, cells, 0, 9)).types, 1) << cells << " cells";
  }
  DenseMatrix gradient = groups_in_space(1, 1500, 0, 10);
  for (Index n = 0; n < gradient.rows; ++n) {
    gradient(n, 0) += 20 * static_cast<float>(n) / 1500;
  }
  EXPECT_EQ(count_types(gradient).types, 1);
}

TEST(TypeCount, OfGroupsApartIsTheirNumber) {
  for (const Index groups : {2, 5, 11}) {
    const TypeCount count = count_types(groups_in_space(groups, 150, 8, 11));
    EXPECT_EQ(count.types, groups);
    EXPECT_LE(count.fewest, count.types);
    EXPECT_GE(count.most, count.types);
  }
}

TEST(TypeCount, IsTheSameForAnyNumberOfThreads) {
  const DenseMatrix points = groups_in_space(6, 90, 3.5F, 12);
  const auto count_with = [&](int threads) {
    set_thread_count(threads);
    const TypeCount count = count_types(points, {.most_cells = 300, .seed = 4});
    set_thread_count(0);
    return std::vector<Index>{count.types, count.fewest, count.most};
  };
  EXPECT_EQ(count_with(1), count_with(3));
}

TEST(TypeCount, RefusesTooFewCellsAndValuesThatAreNotFinite) {
  try {
    static_cast<void>(count_types(groups_in_space(1, 7, 0, 13)));
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("too few cells to count their types"),
                                    HasSubstr("found: 7"), HasSubstr("--types")));
  }
  DenseMatrix bad = groups_in_space(1, 20, 0, 14);
  bad(3, 2) = std::nanf("");
  EXPECT_THROW(static_cast<void>(count_types(bad)), InputError);
}

}  // namespace type_count_test
}  // namespace mixvae::cluster
