#include "fit/similarity_input.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "fit/neighbour_space.hpp"

namespace mixvae::fit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Cells a, b, c, d at 0, 1, 10, 11.
struct Example {
  DenseMatrix coordinates{4, 1};
  std::vector<std::string> names{"a", "b", "c", "d"};
  std::vector<Index> kept{0, 1, 2, 3};
  std::vector<std::int32_t> known;

  Example() { coordinates.values = {0, 1, 10, 11}; }

  std::unique_ptr<Similarity> make(const SimilarityOptions& options) const {
    return make_similarity(options, {coordinates, names, kept, known}, 2, 4);
  }
  std::vector<float> first_row(const SimilarityOptions& options) const {
    std::vector<float> similarity(16);
    std::vector<float> weight(16);
    make(options)->fill(std::vector<Index>{0, 1, 2, 3}, similarity, weight);
    similarity.resize(4);
    return similarity;
  }
};

TEST(SimilarityInput, EveryKindOfNeighbour) {
  const Example example;
  EXPECT_EQ(example.make({}), nullptr);
  for (const std::string scope : {"batch", "data"}) {
    EXPECT_THAT(example.first_row({.similarity = "knn", .neighbours = 1, .scope = scope}),
                ElementsAre(1, 1, 0, 0));
  }
  EXPECT_THAT(example.first_row({.similarity = "distance", .distance = 10.5}),
              ElementsAre(1, 1, 1, 0));
  EXPECT_DOUBLE_EQ(similar_share_of_batch(10), 0.08);
  EXPECT_DOUBLE_EQ(similar_share_of_batch(1), 0.5);
  EXPECT_DOUBLE_EQ(similar_share_of_batch(10, 0.25), 0.01);
}

TEST(SimilarityInput, PairsOverruleKnownTypesWhichOverruleNeighbours) {
  const std::string pairs = testing::TempDir() + "mixvae_pairs.csv";
  std::ofstream(pairs) << "x,y,s\na,c,0\n";
  Example example;
  SimilarityOptions options{.similarity = "knn", .neighbours = 1};
  example.known = {0, 1, 0, -1};
  EXPECT_THAT(example.first_row(options), ElementsAre(1, 0, 1, 0));
  options.pairs = pairs;
  EXPECT_THAT(example.first_row(options), ElementsAre(1, 0, 0, 0));
  std::filesystem::remove(pairs);
}

TEST(SimilarityInput, AFileIsTakenForTheKeptCells) {
  const std::string file = testing::TempDir() + "mixvae_similarity.csv";
  std::ofstream(file) << "x,y,s\na,d,0.5\na,b,1\n";
  Example example;
  example.coordinates = DenseMatrix(3, 1);
  example.kept = {0, 2, 3};
  std::vector<float> similarity(9);
  std::vector<float> weight(9);
  example.make({.similarity = file})->fill(std::vector<Index>{0, 1, 2}, similarity, weight);
  EXPECT_THAT(similarity, ElementsAre(1, 0, 0.5F, 0, 1, 0, 0.5F, 0, 1));
  std::filesystem::remove(file);
}

TEST(SimilarityInput, RefusesMoreNeighboursThanABatchHolds) {
  try {
    Example().make({.similarity = "knn", .neighbours = 4});
    FAIL() << "4 neighbours in a batch of 4";
  } catch (const UsageError& error) {
    EXPECT_THAT(std::string(error.what()), HasSubstr("a batch has too few cells"));
  }
}

TEST(NeighbourSpace, IsWhatTheOptionNames) {
  Dataset dataset;
  dataset.arrays["X_umap"] = DenseMatrix(3, 2);
  dataset.arrays["X_umap"].values = {1, 2, 3, 4, 5, 6};
  Prepared prepared;
  DenseMatrix x(2, 4);
  x.values = {1, 0, 0, 1, 2, 2, 2, 2};
  prepared.x = x;
  prepared.kept_cells = {0, 2};
  const DenseMatrix scores(2, 1);
  const auto coordinates = [&](const NeighbourSpaceOptions& options) {
    return neighbour_coordinates(options, dataset, prepared, scores, 0).values;
  };
  EXPECT_THAT(coordinates({.space = "X_umap"}), ElementsAre(1, 2, 5, 6));
  EXPECT_THAT(coordinates({.space = "pca"}), ElementsAre(0, 0));
  EXPECT_THAT(coordinates({.space = "features"}), ElementsAre(1, 0, 0, 1, 2, 2, 2, 2));
  EXPECT_EQ(coordinates({.space = "features", .straighten = true}).size(), 8U);
  try {
    coordinates({.space = "X_tsne"});
    FAIL() << "there is no such embedding";
  } catch (const UsageError& error) {
    EXPECT_THAT(std::string(error.what()), HasSubstr("no embedding of this name"));
  }
}

}  // namespace
}  // namespace mixvae::fit
