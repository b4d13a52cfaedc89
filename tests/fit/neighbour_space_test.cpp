#include "fit/neighbour_space.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "cluster/umap.hpp"
#include "data/prepare/straight_images.hpp"
#include "fit/projection.hpp"

namespace mixvae::fit {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// Three cells, the second without coordinates.
Dataset with_gap() {
  Dataset dataset;
  dataset.x = DenseMatrix(3, 2);
  dataset.cells.names = {"a", "b", "c"};
  dataset.features.names = {"g1", "g2"};
  dataset.source.path = "cells.h5ad";
  DenseMatrix map(3, 2);
  map.values = {1, 2, NAN, NAN, 3, 4};
  dataset.arrays["X_umap"] = map;
  return dataset;
}

DenseMatrix coordinates(const std::string& space, const std::vector<Index>& kept) {
  Prepared prepared;
  prepared.kept_cells = kept;
  NeighbourSpaceOptions options;
  options.space = space;
  return neighbour_coordinates(options, with_gap(), prepared, {}, 0);
}

TEST(NeighbourSpace, StoredEmbeddingsGiveTheKeptCells) {
  EXPECT_THAT(coordinates("X_umap", {0, 2}).values, testing::ElementsAre(1, 2, 3, 4));
}

TEST(NeighbourSpace, RefusesCellsWithoutCoordinatesNamingTheFirst) {
  try {
    coordinates("X_umap", {0, 1, 2});
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("cells.h5ad, obsm 'X_umap'"),
                                    HasSubstr("1 of 3 cells, the first is 'b' (row 2)"),
                                    HasSubstr("--min-features")));
  }
}

TEST(NeighbourSpace, RefusesANameThatIsNotThere) {
  try {
    coordinates("X_map", {0});
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("pca, features, umap, X_umap"));
  }
}

/// Six images of 3 x 3 pixels with a bar each.
Prepared images() {
  DenseMatrix x(6, 9);
  for (Index n = 0; n < 6; ++n) {
    for (Index i = 0; i < 3; ++i) {
      x(n, n < 3 ? 3 * n + i : 3 * i + n - 3) = 1.0F + static_cast<float>(n) / 8;
    }
  }
  Prepared prepared;
  prepared.x = x;
  prepared.kept_cells = {0, 1, 2, 3, 4, 5};
  return prepared;
}

TEST(NeighbourSpace, AreThePreparedValuesOrTheirPrincipalComponents) {
  DenseMatrix scores(6, 2);
  scores(3, 1) = 7;
  const Prepared prepared = images();
  EXPECT_EQ(neighbour_coordinates({.space = "pca"}, {}, prepared, scores, 0).values, scores.values);
  EXPECT_EQ(neighbour_coordinates({.space = "features"}, {}, prepared, scores, 0).values,
            to_dense(prepared.x).values);
}

TEST(NeighbourSpace, ImagesAreStraightenedFirst) {
  const Prepared prepared = images();
  const DenseMatrix straight = straight_images(prepared.x);
  ASSERT_NE(straight.values, to_dense(prepared.x).values);
  NeighbourSpaceOptions options{.space = "features", .straighten = true};
  EXPECT_EQ(neighbour_coordinates(options, {}, prepared, DenseMatrix(6, 2), 0).values,
            straight.values);
  options.space = "pca";
  const DenseMatrix found = neighbour_coordinates(options, {}, prepared, DenseMatrix(6, 2), 3);
  EXPECT_EQ(found.columns, 2) << "as many as the scores";
  EXPECT_EQ(found.values, Projection::fit(straight, 2, 3).apply(straight).values);
}

TEST(NeighbourSpace, AUmapIsOfComponentsOrOfTheFeaturesByItsMetric) {
  DenseMatrix x(60, 3);
  DenseMatrix scores(60, 2);
  for (Index n = 0; n < 60; ++n) {
    x(n, 0) = static_cast<float>((n * 7) % 60);
    x(n, 1) = static_cast<float>((n * 11) % 60) / 16;
    x(n, 2) = n < 30 ? 1 : 2;
    scores(n, 0) = static_cast<float>((n * 13) % 60);
    scores(n, 1) = static_cast<float>(n);
  }
  Prepared prepared;
  prepared.x = x;
  const auto by_hand = [](const DenseMatrix& of, const std::string& metric) {
    cluster::UmapOptions umap;
    umap.metric = metric;
    umap.seed = 3;
    return cluster::umap(of, umap).embedding.values;
  };
  NeighbourSpaceOptions options{.space = "umap", .umap_metric = "canberra"};
  EXPECT_TRUE(read_components(options));
  EXPECT_EQ(neighbour_coordinates(options, {}, prepared, scores, 3).values,
            by_hand(scores, "canberra"));
  options.umap_input = "features";
  EXPECT_FALSE(read_components(options));
  EXPECT_EQ(neighbour_coordinates(options, {}, prepared, {}, 3).values, by_hand(x, "canberra"));
  options.umap_metric = "euclidean";
  EXPECT_EQ(neighbour_coordinates(options, {}, prepared, {}, 3).values, by_hand(x, "euclidean"));
}

TEST(NeighbourSpace, OnlyNamesOfNoRuleAreStoredEmbeddings) {
  for (const std::string rule : {"pca", "features", "umap"}) {
    EXPECT_FALSE(is_stored_embedding(rule));
  }
  EXPECT_TRUE(is_stored_embedding("X_umap"));
}

}  // namespace
}  // namespace mixvae::fit
