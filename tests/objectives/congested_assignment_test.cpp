#include "objectives/congested_assignment.hpp"

#include <cmath>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/philox.hpp"
#include "support/python.hpp"

namespace mixvae::objectives {
namespace congested_assignment_test {

struct Problem {
  std::int64_t cells = 0;
  std::int64_t types = 0;
  double congestion = 0;
  std::vector<double> costs = {};
};

Problem random_problem(std::int64_t cells, std::int64_t types, double congestion,
                       std::uint64_t seed, bool integers = false) {
  PhiloxStream random(seed, Purpose::test);
  Problem problem{cells, types, congestion, std::vector<double>(at(cells * types))};
  for (double& cost : problem.costs) {
    cost = integers ? static_cast<double>(random.integer(4)) : 100 + 3 * random.normal();
  }
  return problem;
}

double cost_of(const Problem& problem, const std::vector<std::int32_t>& types) {
  std::vector<double> counts(at(problem.types));
  double cost = 0;
  for (std::size_t n = 0; n < types.size(); ++n) {
    cost += problem.costs[n * counts.size() + at(types[n])];
    cost += problem.congestion * counts[at(types[n])]++;  // the m-th cell costs m of it more
  }
  return cost;
}

std::vector<std::int32_t> solved(const Problem& problem) {
  auto types =
      congested_assignment(problem.costs, problem.cells, problem.types, problem.congestion);
  EXPECT_EQ(std::ssize(types), problem.cells);
  for (const std::int32_t type : types) {
    EXPECT_TRUE(type >= 0 && type < problem.types);
  }
  return types;
}

/// The least cost over all K^B assignments.
double least_of_all(const Problem& problem) {
  std::vector<std::int32_t> types(at(problem.cells));
  double least = std::numeric_limits<double>::infinity();
  for (bool more = true; more;) {
    least = std::min(least, cost_of(problem, types));
    more = false;
    for (std::int32_t& type : types) {
      type = static_cast<std::int32_t>((type + 1) % problem.types);
      if (type != 0) {
        more = true;
        break;
      }
    }
  }
  return least;
}

TEST(CongestedAssignment, IsTheCheapestOfAllAssignments) {
  std::uint64_t seed = 0;
  for (const auto& [cells, types] : std::vector<std::pair<int, int>>{
           {1, 1}, {5, 1}, {1, 4}, {2, 2}, {9, 2}, {7, 3}, {6, 4}, {5, 5}, {4, 7}}) {
    for (const double congestion : {0.0, 0.01, 0.5, 2.0, 50.0}) {
      for (const bool integers : {false, true}) {
        const Problem problem = random_problem(cells, types, congestion, ++seed, integers);
        EXPECT_NEAR(cost_of(problem, solved(problem)), least_of_all(problem), 1e-9)
            << cells << " cells, " << types << " types, " << congestion;
      }
    }
  }
}

TEST(CongestedAssignment, AgreesWithScipyOnOnePlaceForEachFurtherCell) {
  std::vector<Problem> problems;
  for (const auto& [cells, types] :
       std::vector<std::pair<int, int>>{{64, 3}, {64, 10}, {40, 60}, {150, 12}}) {
    for (const double congestion : {0.001, 0.1, 1.0, 20.0}) {
      problems.push_back(random_problem(cells, types, congestion, problems.size() + 1000));
    }
  }
  std::string text;
  for (const Problem& problem : problems) {
    text += std::to_string(problem.types) + " " +
            test::number_text(std::vector{problem.congestion}, 2) +
            test::number_text(problem.costs, problem.costs.size());
  }
  const auto run = test::run_python(
      "import numpy as np\n"
      "from scipy.optimize import linear_sum_assignment\n"
      "for line in open('costs.txt'):\n"
      "  values = np.array(line.split(), dtype=float)\n"
      "  K, congestion = int(values[0]), values[1]\n"
      "  costs = values[2:].reshape(-1, K)\n"
      "  B = len(costs)\n"
      "  places = (costs[:, :, None] + congestion * np.arange(B)).reshape(B, K * B)\n"
      "  print(repr(float(places[linear_sum_assignment(places)].sum())))\n",
      {{"costs.txt", text}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  ASSERT_EQ(expected.size(), problems.size());
  for (std::size_t i = 0; i < problems.size(); ++i) {
    EXPECT_NEAR(cost_of(problems[i], solved(problems[i])), expected[i], 1e-8 * expected[i]) << i;
  }
}

TEST(CongestedAssignment, WithoutCongestionEachCellHasItsCheapestType) {
  const Problem problem = random_problem(50, 6, 0, 3);
  const auto types = solved(problem);
  for (std::size_t n = 0; n < types.size(); ++n) {
    for (std::size_t k = 0; k < 6; ++k) {
      EXPECT_LE(problem.costs[n * 6 + at(types[n])], problem.costs[n * 6 + k]);
    }
  }
}

TEST(CongestedAssignment, MuchCongestionMakesTypesEven) {
  const Problem problem = random_problem(50, 6, 1e6, 4);
  std::vector<int> counts(6);
  for (const std::int32_t type : solved(problem)) {
    ++counts[at(type)];
  }
  for (const int count : counts) {
    EXPECT_TRUE(count == 8 || count == 9) << count;
  }
}

TEST(CongestedAssignment, LargeCostsDoNotOverflow) {
  Problem problem = random_problem(9, 3, 0.001, 5);
  for (double& cost : problem.costs) {
    cost = (cost - 100) * 1e12;  // a large range beside a small congestion
  }
  EXPECT_NEAR(cost_of(problem, solved(problem)) / least_of_all(problem), 1, 1e-9);
  problem.costs.assign(problem.costs.size(), 1e300);
  const auto types = solved(problem);
  EXPECT_DOUBLE_EQ(cost_of({9, 3, 1, std::vector<double>(27)}, types), 9) << "3 cells in each";
}

TEST(CongestedAssignment, NoCellsHaveNoTypes) {
  EXPECT_TRUE(congested_assignment({}, 0, 3, 1).empty());
}

TEST(CongestedAssignment, OtherCostsAreABug) {
  const std::vector<double> costs{1, 2, 3, std::nan("")};
  EXPECT_THROW(congested_assignment(costs, 2, 2, 1), Bug);
  EXPECT_THROW(congested_assignment(std::vector<double>(4), 2, 3, 1), Bug);
  EXPECT_THROW(congested_assignment(std::vector<double>(4), 2, 2, -1), Bug);
}

}  // namespace congested_assignment_test
}  // namespace mixvae::objectives
