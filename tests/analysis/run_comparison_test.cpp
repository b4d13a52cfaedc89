#include "analysis/run_comparison.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/philox.hpp"
#include "support/python.hpp"

namespace mixvae::analysis {
namespace run_comparison_test {

using ::testing::ElementsAre;
using ::testing::SizeIs;

ComparedRun run_of(const std::string& name, std::vector<std::int32_t> types, Index count) {
  ComparedRun run;
  run.name = name;
  run.type_names = numbered_names("T", count);
  run.types = std::move(types);
  return run;
}

TEST(RunComparison, AgreesWithScikitLearnAndNumpy) {
  PhiloxStream random(5, Purpose::test);
  const std::vector<Index> counts{4, 5, 3};
  std::vector<ComparedRun> runs;
  std::string table;
  for (std::size_t r = 0; r < counts.size(); ++r) {
    std::vector<std::int32_t> types(301);
    for (std::size_t n = 0; n < types.size(); ++n) {
      const bool own = random.uniform() < 0.4;
      types[n] = own ? static_cast<std::int32_t>(random.uniform() * static_cast<double>(counts[r]))
                     : static_cast<std::int32_t>(n) % 3;
      types[n] = random.uniform() < 0.05 ? -1 : types[n];
    }
    table += test::number_text(types, types.size());
    runs.push_back(run_of("r" + std::to_string(r), types, counts[r]));
  }
  const RunComparison found = compare_runs(runs);
  const auto run = test::run_python(
      "import numpy as np\nfrom sklearn.metrics import adjusted_rand_score as ari\n"
      "from sklearn.metrics import normalized_mutual_info_score as nmi\n"
      "t = np.loadtxt('t', dtype=int)\n"
      "for a, b in ((0, 1), (0, 2), (1, 2)):\n"
      "  k = (t[a] >= 0) & (t[b] >= 0)\n  print(ari(t[a][k], t[b][k]), nmi(t[a][k], t[b][k]))\n"
      "for b in (1, 2):\n"
      "  k = (t[0] >= 0) & (t[b] >= 0)\n  x, y = t[0][k], t[b][k]\n"
      "  j = [[np.sum((x == i) & (y == l)) / np.sum((x == i) | (y == l)) for l in range(y.max() + "
      "1)]\n"
      "       for i in range(4)]\n"
      "  for row in j: print(int(np.argmax(row)), max(row))\n",
      {{"t", table}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  ASSERT_THAT(expected, SizeIs(6 + 16));
  std::size_t i = 0;
  for (const auto& [a, b] :
       std::vector<std::pair<std::size_t, std::size_t>>{{0, 1}, {0, 2}, {1, 2}}) {
    EXPECT_NEAR(found.ari[a][b], expected[i], 1e-9);
    EXPECT_NEAR(found.nmi[b][a], expected[i + 1], 1e-9);
    i += 2;
  }
  for (const std::vector<TypeMatch>& matches : found.matches) {
    ASSERT_THAT(matches, SizeIs(4));
    for (const TypeMatch& match : matches) {
      EXPECT_EQ(match.type, expected[i]);
      EXPECT_NEAR(match.jaccard, expected[i + 1], 1e-12);
      i += 2;
    }
  }
}

TEST(RunComparison, PairsTypesOneToOne) {
  const RunComparison found =
      compare_runs({run_of("a", {0, 0, 0, 0, 1, 1}, 3), run_of("b", {1, 1, 0, 0, 2, 2}, 3)});
  EXPECT_THAT(found.paired.at(0), SizeIs(3));
  EXPECT_EQ(found.paired[0][2], 1);
  EXPECT_EQ(std::ranges::count(found.paired[0], 0), 1);  // one of the halves of the first type
  EXPECT_DOUBLE_EQ(found.matches[0][0].jaccard, 0.5);
  EXPECT_EQ(found.matches[0][2].type, -1);  // without cells
  EXPECT_EQ(found.ari[0][0], 1);
}

TEST(RunComparison, RunsWithoutACommonCellAreRefused) {
  EXPECT_THROW(compare_runs({run_of("a", {0, -1}, 1), run_of("b", {-1, 0}, 1)}), InputError);
}

}  // namespace run_comparison_test
}  // namespace mixvae::analysis
