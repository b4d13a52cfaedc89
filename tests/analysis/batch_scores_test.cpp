#include "analysis/batch_scores.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/philox.hpp"
#include "base/random_order.hpp"
#include "support/python.hpp"
#include "support/refusal.hpp"

namespace mixvae::analysis {
namespace batch_scores_test {

using ::testing::HasSubstr;

constexpr Index kCells = 200;

/// Cells of two types and two batches; batch 1 lies `apart` from batch 0, and types follow batches
/// where `followed`.
struct Cells {
  Assignment assignment;
  Categorical labels{.categories = {"a", "b"}, .codes = {}, .ordered = false};
  Categorical batches{.categories = {"x", "y"}, .codes = {}, .ordered = false};

  explicit Cells(float apart, bool followed = false) {
    const Philox random(3, Purpose::test);
    assignment.latent = DenseMatrix(kCells, 2);
    for (Index n = 0; n < kCells; ++n) {
      const auto batch = static_cast<std::int32_t>(n % 4 == 0);
      labels.codes.push_back(static_cast<std::int32_t>(n / 4 % 2));
      batches.codes.push_back(batch);
      assignment.types.push_back(followed ? batch : labels.codes.back());
      for (Index d = 0; d < 2; ++d) {
        assignment.latent(n, d) =
            static_cast<float>(random.normal(static_cast<std::uint64_t>(8 * n + d))) +
            (batch == 1 ? apart : 0.0F);
      }
    }
  }
  BatchScores scores() const { return batch_scores(assignment, labels, batches, 0); }
};

TEST(BatchScores, TellMixedCellsFromThoseApart) {
  EXPECT_NEAR(Cells(0).scores().mixing.value(), 1, 0.05);
  EXPECT_LT(Cells(100).scores().mixing.value(), 1e-9);
  EXPECT_LT(Cells(2).scores().mixing.value(), 0.8);
}

TEST(BatchScores, TellTypesThatFollowBatches) {
  EXPECT_LT(Cells(0).scores().nmi_types, 0.02);
  EXPECT_NEAR(Cells(0, true).scores().nmi_types, 1, 1e-9);
  EXPECT_DOUBLE_EQ(Cells(0, true).scores().nmi_labels, Cells(0).scores().nmi_labels);
}

TEST(BatchScores, AreThoseOfScikitLearn) {
  const Cells cells(1);
  std::vector<float> rows = cells.assignment.latent.values;
  const test::PythonRun run = test::run_python(
      R"(
import numpy as np
from sklearn.metrics import normalized_mutual_info_score
from sklearn.neighbors import NearestNeighbors
latent, batch, label = np.loadtxt("latent"), np.loadtxt("batch"), np.loadtxt("label")
near = NearestNeighbors(n_neighbors=30).fit(latent).kneighbors(return_distance=False)
n = np.unique(batch, return_counts=True)[1]
chance = 1 - (n * (n - 1)).sum() / (len(batch) * (len(batch) - 1))
print(normalized_mutual_info_score(batch, label), (batch[near] != batch[:, None]).mean() / chance)
)",
      {{"latent", test::number_text(rows, 2)},
       {"batch", test::number_text(cells.batches.codes)},
       {"label", test::number_text(cells.labels.codes)}});
  double nmi = 0;
  double mixing = 0;
  ASSERT_EQ(std::sscanf(run.output.c_str(), "%lf %lf", &nmi, &mixing), 2) << run.errors;
  EXPECT_NEAR(cells.scores().nmi_labels, nmi, 1e-9);
  EXPECT_NEAR(cells.scores().mixing.value(), mixing, 1e-3);
}

TEST(BatchScores, HaveNoMixingWhereTheCellsAskedAreOfOneBatch) {
  Cells many(0);
  const Index cells = 4 * kMixingCells;
  many.assignment.latent = DenseMatrix(cells, 2);
  many.assignment.types.assign(static_cast<std::size_t>(cells), 0);
  many.assignment.types.back() = 1;
  many.labels.codes.assign(static_cast<std::size_t>(cells), 0);
  many.labels.codes.front() = 1;
  many.batches.codes.assign(static_cast<std::size_t>(cells), 0);
  many.batches.codes[1] = 1;
  std::optional<std::uint64_t> without;
  for (std::uint64_t seed = 0; seed < 8 && !without; ++seed) {
    std::vector<Index> order = random_order(cells, Philox(seed, Purpose::subsample));
    order.resize(static_cast<std::size_t>(kMixingCells));
    without = std::ranges::find(order, 1) == order.end() ? std::optional(seed) : std::nullopt;
  }
  ASSERT_TRUE(without);
  EXPECT_FALSE(batch_scores(many.assignment, many.labels, many.batches, *without).mixing);
}

TEST(BatchScores, NeedTwoBatches) {
  Cells cells(0);
  std::ranges::fill(cells.batches.codes, 1);
  EXPECT_THAT(support::refusal<InputError>([&] { cells.scores(); }),
              HasSubstr("the cells come from one batch: there is nothing to mix"));
}

}  // namespace batch_scores_test
}  // namespace mixvae::analysis
