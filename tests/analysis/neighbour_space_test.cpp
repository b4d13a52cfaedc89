#include "analysis/neighbour_space.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::analysis {
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

}  // namespace
}  // namespace mixvae::analysis
