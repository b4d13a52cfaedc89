#include "analysis/decoding.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/generation.hpp"
#include "analysis/traversal.hpp"
#include "base/index.hpp"
#include "fit/fit.hpp"
#include "support/fit_settings.hpp"
#include "support/simulated_cells.hpp"

namespace mixvae::analysis {
namespace decoding_test {

using testing::IsEmpty;
using testing::SizeIs;

TEST(StateRanges, AreQuantilesAndMeansWithinTypes) {
  DenseMatrix states(203, 2);
  Assignment assignment;
  assignment.type_names = {"T1", "T2", "T3"};
  for (Index n = 0; n < 203; ++n) {  // T1: 0 to 100 and its negative; T2: one cell; others: none
    states(n, 0) = static_cast<float>(n <= 100 ? n : 1000);
    states(n, 1) = -states(n, 0);
    assignment.types.push_back(n <= 100 ? 0 : (n == 101 ? 1 : -1));
  }
  const auto ranges = state_ranges(states, assignment);
  ASSERT_THAT(ranges, SizeIs(3));
  ASSERT_THAT(ranges[0], SizeIs(2));
  EXPECT_DOUBLE_EQ(ranges[0][0].low, 1);
  EXPECT_DOUBLE_EQ(ranges[0][0].middle, 50);
  EXPECT_DOUBLE_EQ(ranges[0][0].high, 99);
  EXPECT_DOUBLE_EQ(ranges[0][1].low, -99);
  EXPECT_THAT(ranges[1], IsEmpty()) << "one cell";
  EXPECT_THAT(ranges[2], IsEmpty()) << "no cell";
}

TEST(TypicalValues, AreThoseOnTheWalkOfATraversal) {
  const Dataset data = support::simulated_cells({200, 60, 3, 120, 40});
  fit::FitResult result = fit::fit(data, support::quick_options("cpl-mixvae"), 3, {});
  const Assignment assignment = assign(result.trained, data);
  const Traversal traversal =
      traverse(result.trained, data, assignment, {.types = {"T2"}, .steps = 3});
  const StateWalk& walk = traversal.types[0].walks[0];
  std::vector<double> states;
  for (const auto& range : state_ranges(assignment.state, assignment)[1]) {
    states.push_back(range.middle);
  }
  states[0] = walk.position[2];
  const DenseMatrix found = typical_values(result.trained, assignment.arm, 1, states);
  ASSERT_EQ(found.rows, 1);
  for (Index d = 0; d < found.columns; ++d) {
    EXPECT_NEAR(found(0, d), walk.values(2, d), 1e-5);
  }
}

TEST(TypicalValues, WithoutStatesAreThoseOfAGeneratedCellWithoutSpread) {
  const Dataset data = support::simulated_cells({200, 60, 3, 120, 40});
  fit::FitResult result = fit::fit(data, support::quick_options("moe-sim-vae"), 3, {});
  const GeneratedCells cells =
      generate(result.trained, {.types = {"T1"}, .number = 1, .spread = 0, .seed = 9});
  const DenseMatrix found = typical_values(result.trained, result.trained.best_arm, 0, {});
  EXPECT_EQ(found.values, std::get<DenseMatrix>(cells.cells.x).values);
}

TEST(FeatureSpread, IsThatOfThePreparedValuesWithoutScaling) {
  Dataset data = support::simulated_cells({200, 40, 2, 150, 50});
  fit::FitOptions options = support::quick_options("cpl-mixvae");
  support::set(options, "scale", "unit");
  fit::FitResult result = fit::fit(data, options, 3, {});
  const Prepared scaled = apply_preprocessing(result.trained.preprocessing, data);
  DenseMatrix values = to_dense(scaled.x);
  unscale(result.trained.preprocessing, values);
  const FeatureSpread spread = feature_spread(result.trained, data);
  double low = 1e9;
  double high = -1e9;
  for (Index d = 0; d < values.columns; ++d) {
    double sum = 0;
    double squares = 0;
    for (Index n = 0; n < values.rows; ++n) {
      const auto value = static_cast<double>(values(n, d));
      sum += value;
      squares += value * value;
      low = std::min(low, value);
      high = std::max(high, value);
    }
    const auto count = static_cast<double>(values.rows);
    const double variance = (squares - sum * sum / count) / (count - 1);
    EXPECT_NEAR(spread.deviation[at(d)], std::sqrt(std::max(0.0, variance)), 1e-4);
  }
  EXPECT_NEAR(spread.low, low, 1e-5);
  EXPECT_NEAR(spread.high, high, 1e-5);
}

}  // namespace decoding_test
}  // namespace mixvae::analysis
