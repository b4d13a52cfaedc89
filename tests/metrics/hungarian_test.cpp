#include "metrics/hungarian.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/philox.hpp"
#include "support/python.hpp"

namespace mixvae::metrics {
namespace {

struct Problem {
  Index rows;
  Index columns;
  std::vector<double> costs;
};

Problem random_problem(Index rows, Index columns, std::uint64_t seed, bool integers) {
  PhiloxStream random(seed, Purpose::test);
  Problem problem{rows, columns, std::vector<double>(rows * columns)};
  for (double& cost : problem.costs) {
    cost = integers ? static_cast<double>(random.integer(5)) - 2.0 : random.normal();
  }
  return problem;
}

std::vector<Problem> random_problems() {
  std::vector<Problem> problems;
  std::uint64_t seed = 0;
  for (const auto& [rows, columns] : std::vector<std::pair<Index, Index>>{{1, 1},
                                                                          {1, 7},
                                                                          {7, 1},
                                                                          {2, 2},
                                                                          {3, 5},
                                                                          {5, 3},
                                                                          {20, 20},
                                                                          {40, 90},
                                                                          {90, 40},
                                                                          {120, 115}}) {
    problems.push_back(random_problem(rows, columns, ++seed, false));
    problems.push_back(random_problem(rows, columns, ++seed, true));
  }
  return problems;
}

/// The cost of an assignment; checks that it is one to one and complete.
double checked_cost(const Problem& problem, const std::vector<std::int32_t>& columns) {
  double cost = 0;
  std::vector<bool> taken(problem.columns);
  Index assigned = 0;
  for (Index r = 0; r < problem.rows; ++r) {
    if (columns[r] == -1) {
      continue;
    }
    EXPECT_FALSE(taken[columns[r]]);
    taken[columns[r]] = true;
    cost += problem.costs[r * problem.columns + columns[r]];
    ++assigned;
  }
  EXPECT_EQ(assigned, std::min(problem.rows, problem.columns));
  return cost;
}

TEST(Hungarian, AgreesWithScipyOnRandomRectangles) {
  const std::vector<Problem> problems = random_problems();
  std::string text;
  for (const Problem& problem : problems) {
    text += std::to_string(problem.columns) + " " +
            test::number_text(problem.costs, problem.costs.size());
  }
  const auto run = test::run_python(
      "import numpy as np\n"
      "from scipy.optimize import linear_sum_assignment\n"
      "for line in open('costs.txt'):\n"
      "  values = np.array(line.split(), dtype=float)\n"
      "  costs = values[1:].reshape(-1, int(values[0]))\n"
      "  print(repr(costs[linear_sum_assignment(costs)].sum()))\n",
      {{"costs.txt", text}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  ASSERT_EQ(expected.size(), problems.size());
  for (std::size_t i = 0; i < problems.size(); ++i) {
    const auto columns =
        cheapest_assignment(problems[i].costs, problems[i].rows, problems[i].columns);
    EXPECT_NEAR(checked_cost(problems[i], columns), expected[i], 1e-9) << "problem " << i;
  }
}

TEST(Hungarian, IsOptimalAmongAllPermutations) {
  for (std::uint64_t seed = 100; seed < 120; ++seed) {
    const Problem problem = random_problem(6, 6, seed, seed % 2 == 0);
    std::vector<std::int32_t> order(6);
    std::iota(order.begin(), order.end(), 0);
    double best = checked_cost(problem, order);
    while (std::ranges::next_permutation(order).found) {
      best = std::min(best, checked_cost(problem, order));
    }
    EXPECT_NEAR(checked_cost(problem, cheapest_assignment(problem.costs, 6, 6)), best, 1e-12);
  }
}

TEST(Hungarian, HandlesEmptyMatricesAndHugeCosts) {
  EXPECT_TRUE(cheapest_assignment({}, 0, 4).empty());
  EXPECT_THAT(cheapest_assignment({}, 2, 0), testing::ElementsAre(-1, -1));
  const std::vector<double> costs{1e300, 1e-300, -1e300, 0};
  EXPECT_THAT(cheapest_assignment(costs, 2, 2), testing::ElementsAre(1, 0));
}

TEST(Hungarian, AssertsItsInput) {
  const std::vector<double> costs{1, 2, 3};
  EXPECT_THROW(cheapest_assignment(costs, 2, 2), Bug);
  const std::vector<double> broken{1, NAN, 3, 4};
  EXPECT_THROW(cheapest_assignment(broken, 2, 2), Bug);
}

}  // namespace
}  // namespace mixvae::metrics
