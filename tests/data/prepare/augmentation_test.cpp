#include "data/prepare/augmentation.hpp"

#include <cmath>
#include <map>
#include <numeric>

#include <gtest/gtest.h>

#include "base/parallel.hpp"
#include "data/small_datasets.hpp"
#include "support/valid_matrix.hpp"

namespace mixvae {
namespace augmentation_test {

using test::dataset_of;
using test::message_of;
using test::random_counts;
using test::sparse_of;
using ::testing::HasSubstr;

struct Ready {
  Preprocessing preprocessing;
  Prepared prepared;
};

Ready ready(const Dataset& dataset, const PreprocessingOptions& wanted = {}) {
  Ready result{fit_preprocessing(dataset, wanted), {}};
  result.prepared = apply_preprocessing(result.preprocessing, dataset, {.keep_counts = true});
  return result;
}

Ready small_counts() { return ready(dataset_of(sparse_of(random_counts(30, 9)))); }

std::vector<float> copies(const CopyMaker& maker, Index arm, std::uint64_t step,
                          const std::vector<Index>& rows, Index features) {
  std::vector<float> out(rows.size() * static_cast<std::size_t>(features), -7.0F);
  maker.fill(arm, step, rows, out);
  return out;
}

const std::vector<Index> kRows{4, 0, 29, 4};

TEST(CopyMaker, PlainCopiesAreTheCells) {
  const Ready data = small_counts();
  std::vector<float> expected(kRows.size() * 9);
  gather_rows(data.prepared.x, kRows, expected);
  const auto maker = make_copy_maker({.augment = "none"}, data.prepared, data.preprocessing, 5);
  EXPECT_EQ(copies(*maker, 1, 3, kRows, 9), expected);
}

TEST(CopyMaker, AllButThinnedOnesAreChangedRows) {
  const Ready data = small_counts();
  const NeighbourTable table{1, std::vector<std::int32_t>(30, 7)};
  for (const char* kind : {"noise", "thin", "neighbours", "affine"}) {
    const auto maker =
        make_copy_maker({.augment = kind}, data.prepared, data.preprocessing, 5, table);
    EXPECT_EQ(maker->row_copies(1, 3, kRows).has_value(), std::string(kind) != "thin") << kind;
  }
}

TEST(CopyMaker, EveryKindIsAPureFunctionOfArmStepAndCell) {
  const Ready data = small_counts();
  NeighbourTable table{3, {}};
  for (std::int32_t i = 0; i < 90; ++i) {
    table.rows.push_back((i / 3 + i % 3 + 1) % 30);
  }
  for (const char* kind : {"noise", "thin", "neighbours"}) {
    const auto maker =
        make_copy_maker({.augment = kind}, data.prepared, data.preprocessing, 5, table);
    std::vector<Index> rows(30);
    std::iota(rows.begin(), rows.end(), Index{0});
    set_thread_count(1);
    const std::vector<float> one = copies(*maker, 1, 3, rows, 9);
    set_thread_count(3);
    EXPECT_EQ(copies(*maker, 1, 3, rows, 9), one) << kind;
    set_thread_count(0);
    EXPECT_NE(copies(*maker, 0, 3, rows, 9), one) << kind << ": arms differ";
    EXPECT_NE(copies(*maker, 1, 4, rows, 9), one) << kind << ": steps differ";
    const std::vector<float> picked = copies(*maker, 1, 3, kRows, 9);
    EXPECT_TRUE(std::equal(picked.begin(), picked.begin() + 9, one.begin() + 4 * 9)) << kind;
    EXPECT_TRUE(std::equal(picked.begin(), picked.begin() + 9, picked.begin() + 27)) << kind;
  }
}

TEST(CopyMaker, SparseCopiesAreTheDenseOnes) {
  const Ready data = small_counts();
  NeighbourTable table{1, {}};
  for (std::int32_t i = 0; i < 30; ++i) {
    table.rows.push_back((i + 7) % 30);
  }
  CsrMatrix sparse;
  for (const char* kind : {"none", "thin", "neighbours"}) {
    const auto maker =
        make_copy_maker({.augment = kind}, data.prepared, data.preprocessing, 5, table);
    ASSERT_TRUE(maker->sparse()) << kind;
    maker->fill_sparse(1, 3, kRows, sparse);
    EXPECT_TRUE(support::is_valid(sparse));
    EXPECT_EQ(count_nonzeros(sparse), sparse.nonzeros());
    EXPECT_EQ(to_dense(sparse).values, copies(*maker, 1, 3, kRows, 9)) << kind;
  }
  const auto noise = make_copy_maker({.augment = "noise"}, data.prepared, data.preprocessing, 5);
  EXPECT_FALSE(noise->sparse());
  EXPECT_THROW(noise->fill_sparse(1, 3, kRows, sparse), Bug);
}

TEST(NoisyCopies, NoiseHasTheGivenShareOfEachFeaturesDeviation) {
  const Ready data = ready(dataset_of(test::dense(2, 3, {0.5F, 2, 3, 1.5F, 2, 7})));
  const auto maker = noisy_copies(data.prepared, 0.2, 1);
  std::vector<double> sum(3);
  std::vector<double> squares(3);
  constexpr int kSteps = 20000;
  for (std::uint64_t step = 0; step < kSteps; ++step) {
    const std::vector<float> copy = copies(*maker, 0, step, {0}, 3);
    for (std::size_t f = 0; f < 3; ++f) {
      const double noise = static_cast<double>(copy[f] - to_dense(data.prepared.x).values[f]);
      sum[f] += noise / kSteps;
      squares[f] += noise * noise / kSteps;
    }
  }
  const std::vector<double> expected{0.2 * std::sqrt(0.5), 0, 0.2 * std::sqrt(8.0)};
  for (std::size_t f = 0; f < 3; ++f) {
    EXPECT_NEAR(sum[f], 0, 0.03 * expected[f]);
    EXPECT_NEAR(std::sqrt(squares[f]), expected[f], 0.03 * expected[f]);
  }
}

TEST(ThinnedCopies, CountsHaveBinomialMoments) {
  DenseMatrix counts(2, 2);
  counts.values = {40, 3, 5, 100};
  const Ready data = ready(dataset_of(counts), {.normalise = "none", .trust_values = true});
  const auto maker = thinned_copies(data.prepared, data.preprocessing, 0.7, 3);
  constexpr int kSteps = 20000;
  double sum = 0;
  double squares = 0;
  for (std::uint64_t step = 0; step < kSteps; ++step) {
    const auto value = static_cast<double>(copies(*maker, 0, step, {0}, 2)[0]);
    sum += value;
    squares += value * value;
  }
  const double mean = sum / kSteps;
  EXPECT_NEAR(mean, 28, 0.1);
  EXPECT_NEAR(squares / kSteps - mean * mean, 40 * 0.7 * 0.3, 0.4);
}

TEST(ThinnedCopies, UseTheThinnedLibraryWithTheRestAtItsExpectation) {
  const Dataset dataset = dataset_of(sparse_of(random_counts(30, 9)));
  const Ready data = ready(dataset, {.features = "4"});
  const auto maker = thinned_copies(data.prepared, data.preprocessing, 0.5, 3);
  const std::vector<float> copy = copies(*maker, 0, 0, {2}, 4);
  const SparseRow raw = data.prepared.counts->row(2);
  const double outside = static_cast<double>(data.prepared.library[2]) -
                         std::accumulate(raw.values.begin(), raw.values.end(), 0.0);
  double share = 0;
  for (const float value : copy) {
    share += std::expm1(static_cast<double>(value)) / 1e4;
  }
  const double kept = share * 0.5 * outside / (1 - share);
  EXPECT_NEAR(kept, std::round(kept), 1e-3) << "whole molecules under the expected library";
  EXPECT_LE(kept, std::accumulate(raw.values.begin(), raw.values.end(), 0.0));
  const auto whole = thinned_copies(data.prepared, data.preprocessing, 1, 3);
  const std::vector<float> kept_all = copies(*whole, 0, 0, {2}, 4);
  std::vector<float> expected(4);
  gather_rows(data.prepared.x, std::vector<Index>{2}, expected);
  for (std::size_t f = 0; f < 4; ++f) {
    EXPECT_FLOAT_EQ(kept_all[f], expected[f]);
  }
}

TEST(ThinnedCopies, RefuseValuesThatAreNotCounts) {
  const Ready data = ready(dataset_of(test::dense(2, 2, {0.5F, 2, 3, 1.5F})));
  EXPECT_THAT(
      message_of<InputError>([&] { thinned_copies(data.prepared, data.preprocessing, 0.5, 1); }),
      HasSubstr("thinned copies need counts"));
}

TEST(NeighbourCopies, ReadEachNeighbourEquallyOften) {
  const Ready data = small_counts();
  NeighbourTable table{3, std::vector<std::int32_t>(90, 0)};
  table.rows[12] = 7;
  table.rows[13] = 8;
  table.rows[14] = 9;
  const auto maker = neighbour_copies(data.prepared, table, 2);
  std::map<std::vector<float>, int> seen;
  for (std::uint64_t step = 0; step < 3000; ++step) {
    ++seen[copies(*maker, 0, step, {4}, 9)];
  }
  ASSERT_EQ(seen.size(), 3U);
  for (const Index neighbour : {7, 8, 9}) {
    std::vector<float> expected(9);
    gather_rows(data.prepared.x, std::vector<Index>{neighbour}, expected);
    EXPECT_NEAR(seen[expected], 1000, 120);
  }
}

TEST(NeighbourCopies, ATableThatDoesNotFitIsOurBug) {
  const Ready data = small_counts();
  EXPECT_THROW(neighbour_copies(data.prepared, {3, {1, 2, 3}}, 2), Bug);
  EXPECT_THROW(neighbour_copies(data.prepared, {1, std::vector<std::int32_t>(30, 30)}, 2), Bug);
  EXPECT_THROW(make_copy_maker({.augment = "neighbours"}, data.prepared, data.preprocessing, 1),
               Bug);
}

TEST(CopyOptions, AreDescribed) {
  CopyOptions wanted;
  set_option(find_option(options(wanted), "keep"), "0.5");
  EXPECT_EQ(wanted.keep, 0.5);
  EXPECT_THROW(set_option(find_option(options(wanted), "augment"), "magic"), UsageError);
}

}  // namespace augmentation_test
}  // namespace mixvae
