#include "cluster/umap.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "cluster/kmeans.hpp"
#include "cluster/samples.hpp"

namespace mixvae::cluster {
namespace umap_test {

using testing::HasSubstr;

/// How many cells share their group with the nearest cell of the embedding.
Index neighbours_of_the_group(const DenseMatrix& embedding, Index groups) {
  const Neighbours found = nearest_neighbours(embedding, 1);
  Index same = 0;
  for (Index i = 0; i < embedding.rows; ++i) {
    same += found.cells[i] % groups == i % groups ? 1 : 0;
  }
  return same;
}

void expect_finite(const DenseMatrix& x) {
  for (const float value : x.values) {
    EXPECT_TRUE(std::isfinite(value));
  }
}

TEST(Umap, KeepsGroupsTogetherFromBothStarts) {
  const DenseMatrix x = separated_groups(600, 10, 4, 2.0);
  for (const std::string start : {"spectral", "pca"}) {
    for (const Index components : {2, 3}) {
      const Umap found = umap(x, {.components = components, .start = start, .epochs = 100});
      EXPECT_EQ(found.embedding.columns, components);
      EXPECT_GT(neighbours_of_the_group(found.embedding, 4), 590);
      EXPECT_EQ(found.epochs, 100);
    }
  }
}

TEST(Umap, SaysWhenTheGraphFallsApart) {
  const Umap found = umap(separated_groups(200, 5, 2, 0.1), {.neighbours = 5, .epochs = 50});
  EXPECT_EQ(found.start, "pca");
  ASSERT_EQ(found.notes.size(), 1U);
  EXPECT_THAT(found.notes[0], HasSubstr("2 parts"));
  EXPECT_TRUE(umap(separated_groups(200, 5, 1, 1), {.epochs = 50}).notes.empty());
}

TEST(Umap, GivesTheSameBitsForAnyNumberOfThreadsAndOthersForAnotherSeed) {
  const DenseMatrix x = separated_groups(1500, 6, 3, 3.0);
  const UmapOptions options{.epochs = 40, .seed = 7};
  set_thread_count(1);
  const Umap one = umap(x, options);
  set_thread_count(3);
  const Umap three = umap(x, options);
  set_thread_count(0);
  EXPECT_EQ(one.embedding.values, three.embedding.values);
  EXPECT_NE(umap(x, {.epochs = 40, .seed = 8}).embedding.values, one.embedding.values);
}

TEST(Umap, HandlesFewAndEqualCells) {
  expect_finite(umap(separated_groups(3, 4, 1), {.epochs = 20}).embedding);
  expect_finite(umap(separated_groups(9, 1, 1), {.epochs = 20}).embedding);
  const Umap equal = umap(DenseMatrix(40, 3), {.epochs = 20});
  EXPECT_EQ(equal.embedding.rows, 40);
  expect_finite(equal.embedding);
}

template <class Error>
std::string refusal(const DenseMatrix& x, const UmapOptions& options) {
  try {
    umap(x, options);
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Umap, RefusesWhatCannotBeLaidOut) {
  const DenseMatrix x = separated_groups(20, 3, 2);
  EXPECT_THAT(refusal<InputError>(DenseMatrix(2, 3), {}), HasSubstr("at least three cells"));
  EXPECT_THAT(refusal<UsageError>(x, {.components = 20}), HasSubstr("components"));
  EXPECT_THAT(refusal<UsageError>(x, {.neighbours = 1}), HasSubstr("two neighbours"));
  EXPECT_THAT(refusal<UsageError>(x, {.min_dist = 3}), HasSubstr("at most the spread"));
  EXPECT_THAT(refusal<UsageError>(x, {.metric = "hamming"}), HasSubstr("no such metric"));
}

}  // namespace umap_test
}  // namespace mixvae::cluster
