#include "data/prepare/value_checks.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "data/small_datasets.hpp"

namespace mixvae {
namespace value_checks_test {

using test::dataset_of;
using test::dense;
using test::message_of;
using test::sparse_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(RequireFinite, NamesCellAndFeatureOfTheFirstFault) {
  DenseMatrix matrix(3, 2);
  EXPECT_FALSE(holds_non_finite(matrix));
  matrix(1, 1) = NAN;
  matrix(2, 0) = INFINITY;
  EXPECT_TRUE(holds_non_finite(matrix));
  const std::vector<bool> all = {true, true};
  const std::string text = message_of<InputError>([&] { require_finite(dataset_of(matrix), all); });
  EXPECT_THAT(text, HasSubstr("cell 'C2' (row 2), feature 'F2' (column 2)"));
  EXPECT_THAT(text, HasSubstr("NaN"));
  EXPECT_THAT(text, HasSubstr("--exclude 'F2'"));
  matrix(1, 1) = 0;
  EXPECT_THAT(message_of<InputError>([&] { require_finite(dataset_of(sparse_of(matrix)), all); }),
              HasSubstr("found: Inf"));
}

TEST(RequireFinite, OnlyUsedColumnsCount) {
  DenseMatrix matrix = dense(2, 2, {1, NAN, 2, INFINITY});
  EXPECT_NO_THROW(require_finite(dataset_of(matrix), {true, false}));
  EXPECT_THAT(to_dense(without_non_finite(dataset_of(matrix)).x).values, ElementsAre(1, 0, 2, 0));
}

TEST(RequireDomain, RefusesNegativeCountsByName) {
  const Dataset dataset = dataset_of(sparse_of(dense(2, 2, {1, 0, 0, -3})));
  const std::string text = message_of<InputError>([&] { require_domain("library-log", dataset); });
  EXPECT_THAT(text, HasSubstr("cell 'C2'"));
  EXPECT_THAT(text, HasSubstr("found: -3"));
  EXPECT_THROW(require_domain("log", dataset), InputError);
  EXPECT_NO_THROW(require_domain("none", dataset));
  EXPECT_NO_THROW(require_domain("arcsinh", dataset));
}

TEST(RequireDomain, Log2TakesNothingBelowOne) {
  EXPECT_NO_THROW(require_domain("log2", dataset_of(dense(1, 2, {1, 4}))));
  EXPECT_THAT(message_of<InputError>([] {
                require_domain("log2", dataset_of(dense(1, 2, {0.5F, 4})));
              }),
              HasSubstr("values of at least 1"));
  EXPECT_THAT(message_of<InputError>([] {
                require_domain("log2", dataset_of(sparse_of(dense(1, 2, {0, 4}))));
              }),
              HasSubstr("zeros of a sparse matrix"));
}

TEST(SmallestValue, CountsTheZerosThatAreNotStored) {
  EXPECT_EQ(smallest_value(dense(1, 2, {2, 4})), 2);
  EXPECT_EQ(smallest_value(sparse_of(dense(1, 2, {2, 4}))), 2);
  EXPECT_EQ(smallest_value(sparse_of(dense(1, 3, {2, 0, 4}))), 0);
  EXPECT_EQ(smallest_value(sparse_of(dense(1, 3, {2, 0, -4}))), -4);
}

TEST(KeptCells, RefusesEmptyCellsUnlessTheyAreFilteredOut) {
  const Dataset dataset = dataset_of(sparse_of(dense(4, 2, {1, 0, 0, 0, 2, 3, 0, 0})));
  const std::string text = message_of<InputError>([&] { kept_cells(dataset, 0); });
  EXPECT_THAT(text, HasSubstr("2 of 4 cells, the first is 'C2' (row 2)"));
  EXPECT_THAT(text, HasSubstr("--min-features 1"));
  EXPECT_THAT(kept_cells(dataset, 1), ElementsAre(0, 2));
  EXPECT_THAT(kept_cells(dataset, 2), ElementsAre(2));
  EXPECT_THAT(message_of<InputError>([&] { kept_cells(dataset, 3); }),
              HasSubstr("no cell is left"));
}

TEST(CellsWithValues, LeavesEmptyCellsOut) {
  const Dataset dataset = dataset_of(sparse_of(dense(4, 2, {1, 0, 0, 0, 2, 3, 0, 0})));
  EXPECT_THAT(cells_with_values(dataset, 0), ElementsAre(0, 2));
  EXPECT_THAT(cells_with_values(dataset, 2), ElementsAre(2));
  EXPECT_THAT(message_of<InputError>([] {
                cells_with_values(dataset_of(sparse_of(dense(1, 2, {0, 0}))), 0);
              }),
              HasSubstr("fewer than 1 expressed features in each of 1 cells"));
}

}  // namespace value_checks_test
}  // namespace mixvae
