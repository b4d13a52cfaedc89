#include "data/prepare/bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

namespace mixvae {
namespace bootstrap_test {

TEST(Bootstrap, DrawsAsManyCellsWithReplacementAndOfNoneNone) {
  const std::vector<Index> rows = bootstrap_rows(2000, 3);
  EXPECT_EQ(rows.size(), 2000U);
  EXPECT_TRUE(std::ranges::is_sorted(rows));
  EXPECT_GE(rows.front(), 0);
  EXPECT_LT(rows.back(), 2000);
  const double distinct = static_cast<double>(std::set<Index>(rows.begin(), rows.end()).size());
  EXPECT_NEAR(distinct / 2000, 1 - std::exp(-1.0), 0.03);
  EXPECT_NE(rows, bootstrap_rows(2000, 4));
  EXPECT_EQ(rows, bootstrap_rows(2000, 3));
  EXPECT_TRUE(bootstrap_rows(0, 3).empty());
}

TEST(Bootstrap, TakesAllThatBelongsToACellWithIt) {
  Dataset dataset;
  DenseMatrix x(5, 2);
  DenseMatrix embedding(5, 1);
  std::vector<double> number(5);
  for (Index n = 0; n < 5; ++n) {
    x(n, 0) = embedding(n, 0) = static_cast<float>(n);
    number[static_cast<std::size_t>(n)] = static_cast<double>(n);
  }
  dataset.x = x;
  dataset.cells.names = numbered_names("C", 5);
  dataset.cells.columns.push_back({"number", number});
  dataset.features.names = numbered_names("F", 2);
  dataset.arrays["X_e"] = embedding;
  dataset.texts["tree"] = "(a,b);";
  const Dataset drawn = bootstrap(dataset, 7);
  const std::vector<Index> rows = bootstrap_rows(5, 7);
  const auto numbers = as_numbers(require_column(drawn.cells, "number", "test"));
  ASSERT_TRUE(numbers);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto row = static_cast<Index>(i);
    EXPECT_EQ(std::get<DenseMatrix>(drawn.x)(row, 0), static_cast<float>(rows[i]));
    EXPECT_EQ(drawn.arrays.at("X_e")(row, 0), static_cast<float>(rows[i]));
    EXPECT_EQ((*numbers)[i], static_cast<double>(rows[i]));
    EXPECT_EQ(drawn.cells.names[i], dataset.cells.names[static_cast<std::size_t>(rows[i])]);
  }
  EXPECT_EQ(drawn.features.names, dataset.features.names);
  EXPECT_EQ(drawn.texts, dataset.texts);
}

}  // namespace bootstrap_test
}  // namespace mixvae
