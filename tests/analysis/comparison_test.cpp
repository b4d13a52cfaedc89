#include "analysis/comparison.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::analysis {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// 12 cells of two kinds with an embedding, in which cell 3 has no place.
Dataset dataset() {
  Dataset data;
  DenseMatrix x(12, 3);
  DenseMatrix embedding(12, 2);
  for (Index n = 0; n < 12; ++n) {
    const float kind = n < 6 ? 0.0F : 8.0F;
    for (Index f = 0; f < 3; ++f) {
      x(n, f) = kind * static_cast<float>(f) + static_cast<float>((n * 5 + f) % 4) + 1;
    }
    embedding(n, 0) = kind + static_cast<float>(n % 3);
    embedding(n, 1) = static_cast<float>(n % 2);
  }
  embedding(3, 1) = std::nanf("");
  data.x = x;
  data.arrays["X_map"] = embedding;
  data.cells.names = numbered_names("C", 12);
  data.features.names = numbered_names("F", 3);
  return data;
}

Categorical kinds() {
  std::vector<std::string> labels;
  for (int n = 0; n < 12; ++n) {
    labels.emplace_back(n < 6 ? "a" : n < 11 ? "b" : "rare");
  }
  return Categorical::from_labels(labels);
}

TEST(Comparison, CellsWithoutAPlaceInAnEmbeddingAreLeftOut) {
  std::vector<std::string> notes;
  const CellCoordinates found = cell_coordinates(dataset(), {.space = "X_map"}, 0, notes);
  EXPECT_EQ(found.x.rows, 11);
  EXPECT_THAT(found.cells, ElementsAre(0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11));
  EXPECT_EQ(found.x(3, 0), dataset().arrays["X_map"](4, 0));
}

TEST(Comparison, SpacesAreComponentsOrPreparedValues) {
  std::vector<std::string> notes;
  EXPECT_EQ(cell_coordinates(dataset(), {.components = 2}, 0, notes).x.columns, 2);
  EXPECT_EQ(cell_coordinates(dataset(), {.space = "features"}, 0, notes).x.columns, 3);
  EXPECT_FALSE(notes.empty());
}

TEST(Comparison, SmallGroupsAreNamedAndNotCompared) {
  std::vector<std::string> notes;
  const CellCoordinates coordinates = cell_coordinates(dataset(), {.space = "X_map"}, 0, notes);
  const GroupComparison found = compare_groups(coordinates, kinds(), {.permutations = 99}, 0);
  EXPECT_THAT(found.small, ElementsAre("rare"));
  ASSERT_EQ(found.tests.size(), 3U);
  EXPECT_EQ(found.tests[1].first_cells, 5);
  EXPECT_GT(found.summary.between, 0.5);
}

TEST(Comparison, ABandwidthOfTheUserIsUsed) {
  std::vector<std::string> notes;
  const CellCoordinates coordinates = cell_coordinates(dataset(), {.space = "X_map"}, 0, notes);
  const auto tests =
      compare_groups(coordinates, kinds(), {.permutations = 9, .bandwidth = 0.75}, 0).tests;
  for (const metrics::GroupMmd& test : tests) {
    EXPECT_EQ(test.test.bandwidth, 0.75);
  }
}

TEST(Comparison, RefusesAnEmbeddingThatIsNotThere) {
  std::vector<std::string> notes;
  try {
    cell_coordinates(dataset(), {.space = "X_umap"}, 0, notes);
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("--space X_umap"));
    EXPECT_THAT(error.what(), HasSubstr("X_map"));
  }
}

}  // namespace
}  // namespace mixvae::analysis
