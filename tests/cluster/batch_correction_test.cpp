#include "cluster/batch_correction.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "base/parallel.hpp"
#include "base/philox.hpp"

namespace mixvae::cluster {
namespace batch_correction_test {

constexpr Index kGroups = 4;
constexpr Index kDimensions = 6;

/// Cells of four groups around their centres, each cell of batch 1 moved by `shift` along one axis
/// and, in group 0 alone, along another one.
struct Example {
  DenseMatrix x;
  std::vector<std::int32_t> batches;
  std::vector<std::int32_t> groups;

  /// In batch 1 group 3 is missing where `uneven`.
  explicit Example(double shift, bool uneven = false, std::uint64_t seed = 1) {
    const Philox random(seed, Purpose::test);
    std::vector<float> values;
    for (std::uint64_t n = 0; n < 900; ++n) {
      const auto batch = static_cast<std::int32_t>(n % 3 == 0 ? 1 : 0);
      const auto group = static_cast<std::int32_t>(n / 3 % (uneven && batch == 1 ? 3 : kGroups));
      for (Index d = 0; d < kDimensions; ++d) {
        double value = 0.4 * random.normal(n * 16 + static_cast<std::uint64_t>(d));
        value += d == group ? 4 : 0;
        value += batch == 1 && (d == 4 || (d == 5 && group == 0)) ? shift : 0;
        values.push_back(static_cast<float>(value));
      }
      batches.push_back(batch);
      groups.push_back(group);
    }
    x = DenseMatrix(900, kDimensions);
    x.values = std::move(values);
  }
};

/// Mean [kDimensions] of the cells of a group and batch.
std::vector<double> centre(const DenseMatrix& x, const Example& of, std::int32_t group,
                           std::int32_t batch) {
  std::vector<double> mean(kDimensions, 0.0);
  double cells = 0;
  for (Index n = 0; n < x.rows; ++n) {
    if (of.groups[static_cast<std::size_t>(n)] == group &&
        of.batches[static_cast<std::size_t>(n)] == batch) {
      for (Index d = 0; d < kDimensions; ++d) {
        mean[static_cast<std::size_t>(d)] += static_cast<double>(x(n, d));
      }
      cells += 1;
    }
  }
  for (double& value : mean) {
    value /= cells;
  }
  return mean;
}

double gap(const DenseMatrix& x, const Example& of, std::int32_t group) {
  const std::vector<double> a = centre(x, of, group, 0);
  const std::vector<double> b = centre(x, of, group, 1);
  double sum = 0;
  for (std::size_t d = 0; d < a.size(); ++d) {
    sum += (a[d] - b[d]) * (a[d] - b[d]);
  }
  return std::sqrt(sum);
}

TEST(BatchCorrection, BringsTheBatchesOfEachGroupTogether) {
  const Example example(2);
  const BatchCorrection found =
      learn_batch_correction(example.x, example.batches, {.clusters = 12});
  const DenseMatrix corrected = without_batches(found, example.x, example.batches);
  for (std::int32_t group = 0; group < kGroups; ++group) {
    EXPECT_GT(gap(example.x, example, group), 1.9) << group;
    EXPECT_LT(gap(corrected, example, group), 0.35) << group;
  }
}

TEST(BatchCorrection, BringsBatchesTogetherThatLieFarApart) {
  const Example example(40);
  const BatchCorrection found =
      learn_batch_correction(example.x, example.batches, {.clusters = 12});
  const DenseMatrix corrected = without_batches(found, example.x, example.batches);
  for (std::int32_t group = 1; group < kGroups; ++group) {
    EXPECT_LT(gap(corrected, example, group), 1.5) << group;
  }
}

TEST(BatchCorrection, LeavesGroupsApartThatABatchLacks) {
  const Example example(2, true);
  const BatchCorrection found =
      learn_batch_correction(example.x, example.batches, {.clusters = 12});
  const DenseMatrix corrected = without_batches(found, example.x, example.batches);
  for (std::int32_t group = 0; group < 3; ++group) {
    EXPECT_LT(gap(corrected, example, group), 0.5) << group;
    EXPECT_GT(std::abs(centre(corrected, example, group, 1)[static_cast<std::size_t>(group)] -
                       centre(corrected, example, 3, 0)[static_cast<std::size_t>(group)]),
              3)
        << group;
  }
}

TEST(BatchCorrection, ChangesLittleWhereBatchesDoNotDiffer) {
  const Example example(0);
  const BatchCorrection found = learn_batch_correction(example.x, example.batches);
  const DenseMatrix corrected = without_batches(found, example.x, example.batches);
  double largest = 0;
  for (std::size_t i = 0; i < corrected.values.size(); ++i) {
    largest =
        std::max(largest, static_cast<double>(std::abs(corrected.values[i] - example.x.values[i])));
  }
  EXPECT_LT(largest, 0.6);
}

TEST(BatchCorrection, MapsAFurtherBatchByItsOwnCells) {
  const Example known(0);
  const BatchCorrection found = learn_batch_correction(known.x, known.batches, {.clusters = 12});
  const Example other(1.5, false, 2);
  std::vector<Index> rows;
  for (Index n = 0; n < other.x.rows; ++n) {
    if (other.batches[static_cast<std::size_t>(n)] == 1) {
      rows.push_back(n);
    }
  }
  const auto query = std::get<DenseMatrix>(select_rows(other.x, rows));
  const BatchCorrection more = with_further_batch(found, query);
  ASSERT_EQ(more.batches(), 3);
  DenseMatrix corrected = other.x;
  const DenseMatrix moved = without_batches(more, query, std::vector<std::int32_t>(rows.size(), 2));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::ranges::copy(moved.row(static_cast<Index>(i)), corrected.row(rows[i]).begin());
  }
  for (std::int32_t group = 0; group < kGroups; ++group) {
    EXPECT_GT(gap(other.x, other, group), 1.4) << group;
    EXPECT_LT(gap(corrected, other, group), 0.5) << group;
  }
}

TEST(BatchCorrection, HasTheSameBitsForAnyNumberOfThreads) {
  const Example example(2);
  const int before = thread_count();
  const auto with = [&](int threads) {
    set_thread_count(threads);
    return learn_batch_correction(example.x, example.batches).shifts.values;
  };
  EXPECT_EQ(with(1), with(3));
  set_thread_count(before);
}

}  // namespace batch_correction_test
}  // namespace mixvae::cluster
