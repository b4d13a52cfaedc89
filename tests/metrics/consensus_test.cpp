#include "metrics/consensus.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/philox.hpp"
#include "support/python.hpp"

namespace mixvae::metrics {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Consensus, CountsAgreeingPairsPerCell) {
  const Consensus result = consensus({{0, 1, 2, 0}, {0, 1, 1, 1}, {0, 2, 0, 1}}, 4);
  EXPECT_THAT(result.per_cell,
              ElementsAre(1.0, DoubleNear(1.0 / 3, 1e-12), 0.0, DoubleNear(1.0 / 3, 1e-12)));
  EXPECT_NEAR(result.mean, (1 + 2.0 / 3) / 4, 1e-12);
  EXPECT_DOUBLE_EQ(result.all_equal, 0.25);
}

TEST(Consensus, OfATypeIsDividedByItsLargerSize) {
  // Type 0: 2 cells in both, 3 in the first and 2 in the second arm. Type 3 is used by neither.
  const std::vector<std::int32_t> a{0, 0, 0, 1, 1, 2};
  const std::vector<std::int32_t> b{0, 0, 1, 1, 1, 1};
  EXPECT_THAT(type_consensus(a, b, 4), ElementsAre(2.0 / 3, 0.5, 0.0, 0.0));
  EXPECT_THAT(type_consensus(b, a, 4), ElementsAre(2.0 / 3, 0.5, 0.0, 0.0));
  EXPECT_THAT(consensus({a, b, a}, 4).per_type,
              ElementsAre(DoubleNear((2.0 / 3 * 2 + 1) / 3, 1e-12),
                          DoubleNear((0.5 * 2 + 1) / 3, 1e-12), DoubleNear(1.0 / 3, 1e-12), 0.0));
}

TEST(Consensus, OfPairsOfTypesIsThatOfNumpy) {
  PhiloxStream random(8, Purpose::test);
  std::vector<std::vector<std::int32_t>> labels(3, std::vector<std::int32_t>(80));
  std::string table;
  for (auto& arm : labels) {
    for (std::size_t i = 0; i < arm.size(); ++i) {
      arm[i] = random.uniform() < 0.6 ? static_cast<std::int32_t>(i % 4)
                                      : static_cast<std::int32_t>(random.uniform() * 4);
      arm[i] = i % 9 == 0 ? -1 : arm[i];
    }
    table += test::number_text(arm, arm.size());
  }
  const auto run = test::run_python(
      "import numpy as np\nt = np.loadtxt('t', dtype=int)\nt = t[:, t[0] >= 0]\nm = np.zeros((5, "
      "5))\n"
      "for a in range(3):\n  for b in range(3):\n    if a != b:\n      for k in range(5):\n"
      "        for l in range(5):\n          both = np.sum((t[a] == k) & (t[b] == l))\n"
      "          m[k, l] += both / max(np.sum(t[a] == k), np.sum(t[b] == l), 1) / 6\n"
      "for row in m: print(*row)\n",
      {{"t", table}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  const auto found = consensus_matrix(labels, 5);
  ASSERT_EQ(expected.size(), 25U);
  for (std::size_t i = 0; i < 25; ++i) {
    EXPECT_NEAR(found[i / 5][i % 5], expected[i], 1e-12) << i;
  }
  EXPECT_TRUE(consensus_matrix({labels[0]}, 5).empty());
}

TEST(Consensus, OfOneArmIsFull) {
  const Consensus result = consensus({{0, 2}}, 3);
  EXPECT_THAT(result.per_cell, ElementsAre(1.0, 1.0));
  EXPECT_THAT(result.per_type, ElementsAre(1.0, 0.0, 1.0));
  EXPECT_EQ(result.mean, 1);
  EXPECT_EQ(result.all_equal, 1);
}

TEST(Consensus, RefusesNoArmsOrCells) {
  EXPECT_THROW(consensus({}, 3), InputError);
  try {
    consensus({{}, {}}, 3);
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("at least one arm and one cell"));
  }
}

TEST(Consensus, AssertsLengthsAndTypes) {
  EXPECT_THROW(consensus({{0, 1}, {0}}, 3), Bug);
  EXPECT_THROW(consensus({{0, 3}}, 3), Bug);
  EXPECT_THROW(consensus({{0, -1}}, 3), Bug);
}

}  // namespace
}  // namespace mixvae::metrics
