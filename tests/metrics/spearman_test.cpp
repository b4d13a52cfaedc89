#include "metrics/spearman.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "base/philox.hpp"
#include "support/python.hpp"

namespace mixvae::metrics {
namespace spearman_test {

std::vector<double> whole_values(std::size_t count, std::uint64_t seed, double spread) {
  const Philox random(seed, Purpose::test);
  std::vector<double> values;
  for (std::size_t n = 0; n < count; ++n) {
    values.push_back(std::round(spread * static_cast<double>(random.normal(n))));
  }
  return values;
}

TEST(Spearman, IsThatOfScipyWithTies) {
  for (const std::size_t count : {3U, 20U, 501U}) {
    const std::vector<double> a = whole_values(count, 1, 3);
    std::vector<double> b = whole_values(count, 2, 2);
    for (std::size_t n = 0; n < count; n += 2) {
      b[n] += a[n];
    }
    const auto run = test::run_python(
        "import numpy as np, scipy.stats\n"
        "print(repr(float(scipy.stats.spearmanr(np.loadtxt('a'), np.loadtxt('b'))[0])))",
        {{"a", test::number_text(a)}, {"b", test::number_text(b)}});
    MIXVAE_NEEDS_PYTHON(run);
    EXPECT_NEAR(spearman(a, b), test::numbers_in(run.output).at(0), 1e-12) << count;
  }
}

TEST(Spearman, LeavesOutWhatIsNotFinite) {
  const double nan = std::nan("");
  EXPECT_DOUBLE_EQ(spearman(std::vector<double>{1, nan, 2, 9}, std::vector<double>{3, 0, 2, -1}),
                   -1);
}

TEST(Spearman, IsNoNumberWhereNothingVaries) {
  EXPECT_TRUE(std::isnan(spearman(std::vector<double>{1, 1, 1}, std::vector<double>{1, 2, 3})));
  EXPECT_TRUE(std::isnan(spearman(std::vector<double>{1}, std::vector<double>{1})));
  EXPECT_TRUE(std::isnan(spearman({}, {})));
}

}  // namespace spearman_test
}  // namespace mixvae::metrics
