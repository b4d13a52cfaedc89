#include "metrics/reliability.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/philox.hpp"
#include "metrics/accuracy.hpp"
#include "metrics/labelings.hpp"

namespace mixvae::metrics {
namespace reliability_test {

std::string numbers_text(const std::vector<double>& values) {
  std::string text = "[";
  for (const double value : values) {
    text += std::to_string(value) + ",";
  }
  return text + "]";
}

/// A score of few values, many of them equal, that is higher for true cells.
struct Scored {
  std::vector<double> truth;
  std::vector<double> score;
};

Scored scored_cells(std::size_t cells, std::uint64_t seed) {
  PhiloxStream random(seed, Purpose::test);
  Scored scored;
  for (std::size_t n = 0; n < cells; ++n) {
    scored.truth.push_back(random.uniform() < 0.7 ? 1.0 : 0.0);
    const double raw = random.uniform() + 0.4 * scored.truth.back();
    scored.score.push_back(std::round(raw * 20) / 32);
  }
  return scored;
}

TEST(Reliability, AreaAgreesWithScikitLearn) {
  for (const std::size_t cells : {5U, 17U, 1003U}) {
    const Scored scored = scored_cells(cells, cells);
    const auto run =
        test::run_python("from sklearn.metrics import roc_auc_score\nprint(roc_auc_score(" +
                         numbers_text(scored.truth) + "," + numbers_text(scored.score) + "))\n");
    MIXVAE_NEEDS_PYTHON(run);
    EXPECT_NEAR(auroc(scored.truth, scored.score), test::numbers_in(run.output).at(0), 1e-12)
        << cells << " cells";
  }
}

TEST(Reliability, CalibrationErrorAgreesWithNumpysTenths) {
  for (const std::size_t cells : {3U, 10U, 97U, 1003U}) {
    const Scored scored = scored_cells(cells, cells + 1);
    const auto run = test::run_python(
        "import numpy as np\nt = np.array(" + numbers_text(scored.truth) + ")\ns = np.array(" +
        numbers_text(scored.score) +
        ")\nparts = np.array_split(np.argsort(s, kind='stable'), 10)\n"
        "print(sum(len(p) / len(s) * abs(s[p].mean() - t[p].mean()) for p in parts if len(p)))\n");
    MIXVAE_NEEDS_PYTHON(run);
    EXPECT_NEAR(calibration_error(scored.truth, scored.score), test::numbers_in(run.output).at(0),
                1e-9)
        << cells << " cells";
  }
}

TEST(Reliability, AreaIsNoNumberWhereAllAreTrue) {
  EXPECT_TRUE(std::isnan(auroc(std::vector<double>{1, 1}, std::vector<double>{0.2, 0.3})));
  EXPECT_TRUE(std::isnan(auroc(std::vector<double>{0, 0}, std::vector<double>{0.2, 0.3})));
}

TEST(Reliability, AreaOfEqualScoresIsHalf) {
  EXPECT_DOUBLE_EQ(auroc(std::vector<double>{1, 0, 1}, std::vector<double>{0.5, 0.5, 0.5}), 0.5);
}

TEST(Reliability, AgreementHasTheShareOfTheAccuracy) {
  for (const auto& [a, b] : awkward_pairs()) {
    Labelling mine;
    Labelling theirs;
    for (std::size_t n = 0; n < a.size(); ++n) {
      if (a[n] >= 0 && b[n] >= 0) {
        mine.push_back(a[n]);
        theirs.push_back(b[n]);
      }
    }
    double share = 0;
    for (const double agrees : agreement(mine, theirs)) {
      share += agrees / static_cast<double>(mine.size());
    }
    EXPECT_NEAR(share, accuracy(contingency(mine, theirs)), 1e-12);
  }
}

TEST(Reliability, OtherNumbersOfCellsAreABug) {
  EXPECT_THROW(auroc(std::vector<double>{1}, std::vector<double>{}), Bug);
  EXPECT_THROW(calibration_error(std::vector<double>{1}, std::vector<double>{}), Bug);
}

}  // namespace reliability_test
}  // namespace mixvae::metrics
