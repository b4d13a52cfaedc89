#include "data/prepare/feature_selection.hpp"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "data/small_datasets.hpp"
#include "support/python.hpp"

namespace mixvae {
namespace feature_selection_test {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

FeatureStatistics statistics_of(std::vector<double> variance) {
  FeatureStatistics statistics;
  statistics.mean.assign(variance.size(), 1);
  statistics.expressed.assign(variance.size(), 5);
  statistics.minimum.assign(variance.size(), 0);
  for (std::size_t f = 0; f < variance.size(); ++f) {
    statistics.maximum.push_back(static_cast<float>(f));
  }
  statistics.variance = std::move(variance);
  return statistics;
}

std::vector<Index> chosen(const FeatureStatistics& statistics, const PreprocessingOptions& wanted,
                          std::vector<std::string>& notes) {
  const std::vector<std::string> names =
      numbered_names("F", static_cast<Index>(statistics.mean.size()));
  const FeatureFacts facts{names, statistics};
  return choose_features(facts, eligible_features(facts, wanted), wanted, notes);
}

TEST(ChooseFeatures, TakesTheHighestVarianceInTheOrderOfTheDataTiesFirst) {
  std::vector<std::string> notes;
  const auto found = chosen(statistics_of({2, 5, 1, 5, 2}), {.features = "3"}, notes);
  EXPECT_THAT(found, ElementsAre(0, 1, 3));
  EXPECT_THAT(notes, ElementsAre(HasSubstr("3 of 5 features kept, by variance")));
}

TEST(ChooseFeatures, SaysWhereAWayToSelectHadNothingToSelect) {
  std::vector<std::string> notes;
  chosen(statistics_of({2, 5, 1}), {.select = "peak", .features = "auto"}, notes);
  EXPECT_THAT(notes, ElementsAre("--select peak has no effect: all 3 features are kept"));
  notes.clear();
  chosen(statistics_of({2, 5, 1}), {.features = "3"}, notes);
  EXPECT_THAT(notes, ::testing::IsEmpty());
}

TEST(ChooseFeatures, TakesTheHighestPeaks) {
  std::vector<std::string> notes;
  const auto found =
      chosen(statistics_of({2, 5, 1, 5, 2}), {.select = "peak", .features = "2"}, notes);
  EXPECT_THAT(found, ElementsAre(3, 4));
}

TEST(ChooseFeatures, AllAndTooManyKeepEverything) {
  std::vector<std::string> notes;
  EXPECT_THAT(chosen(statistics_of({2, 5, 1}), {.features = "all"}, notes), ElementsAre(0, 1, 2));
  EXPECT_THAT(notes, IsEmpty());
  EXPECT_THAT(chosen(statistics_of({2, 5, 1}), {.features = "7"}, notes), ElementsAre(0, 1, 2));
  EXPECT_THAT(notes, ElementsAre(HasSubstr("only 3 features")));
}

TEST(ChooseFeatures, NamesAndPatternsMustOccur) {
  std::vector<std::string> notes;
  const FeatureStatistics statistics = statistics_of({2, 5, 1});
  EXPECT_THAT(chosen(statistics, {.features = "F3, F1,"}, notes), ElementsAre(0, 2));
  EXPECT_THAT(notes, IsEmpty());
  EXPECT_THAT(chosen(statistics, {.features = "F[12],G*"}, notes), ElementsAre(0, 1));
  EXPECT_THAT(notes, ElementsAre("no feature fits the pattern G* of --features"));
  const auto refused = [&](const std::string& features) {
    return test::message_of<InputError>([&] { chosen(statistics, {.features = features}, notes); });
  };
  EXPECT_THAT(refused("F1,G2,F3"),
              AllOf(HasSubstr("is not in the data"), HasSubstr("G2"), HasSubstr("nearest: F2")));
  EXPECT_THAT(refused("G1,G2"), HasSubstr("is not in the data"));
  EXPECT_THAT(refused("G1"), HasSubstr("cannot be read"));
  std::string many = "F1";
  for (int i = 0; i < 2000; ++i) {
    many += ",F2";
  }
  EXPECT_THAT(chosen(statistics, {.features = many}, notes), ElementsAre(0, 1));
}

TEST(ChooseFeatures, AutoKeepsSmallSetsWholeAndTheBestOfLargeOnes) {
  std::vector<std::string> notes;
  std::vector<double> variance(kAutoFeatures + 5);
  std::iota(variance.begin(), variance.end(), 0.0);
  const auto found = chosen(statistics_of(variance), {.features = "auto"}, notes);
  EXPECT_EQ(static_cast<Index>(found.size()), kAutoFeatures);
  EXPECT_EQ(found.front(), 5);
  variance.resize(kAutoFeatures);
  EXPECT_EQ(static_cast<Index>(chosen(statistics_of(variance), {}, notes).size()), kAutoFeatures);
}

TEST(EligibleFeatures, LeaveOutGlobsAndRareFeatures) {
  FeatureStatistics statistics = statistics_of({1, 1, 1, 1});
  statistics.expressed = {2, 3, 9, 9};
  const std::vector<std::string> names{"Gad1", "Vip", "mt-Co1", "Rpl3"};
  EXPECT_THAT(eligible_features({names, statistics}, {.exclude = {"mt-*", "Rp[ls]*"}}),
              ElementsAre(0, 1));
  EXPECT_THAT(eligible_features({names, statistics}, {.min_cells = 3}), ElementsAre(1, 2, 3));
}

TEST(EligibleFeatures, LeaveOutTheLowestSumsAndVariancesAsNumpysQuantilesDo) {
  FeatureStatistics statistics = statistics_of({0.5, 3, 0, 7, 2, 2, 0.25, 9, 1, 4, 6});
  statistics.mean = {4, 0.125, 0, 3, 2, 2, 5, 1, 0.5, 0.5, 8};
  const std::vector<std::string> names = numbered_names("F", 11);
  for (const double share : {0.2, 0.33, 0.9}) {
    const auto run = test::run_python(
        "import numpy as np\nm, v = np.loadtxt('m'), np.loadtxt('v')\nq = " +
            std::to_string(share) +
            "\nprint(*np.flatnonzero((m > np.quantile(m, q)) & (v > np.quantile(v, q))))\n",
        {{"m", test::number_text(statistics.mean)}, {"v", test::number_text(statistics.variance)}});
    MIXVAE_NEEDS_PYTHON(run);
    const std::vector<double> expected = test::numbers_in(run.output);
    const std::vector<Index> found =
        eligible_features({names, statistics}, {.low_quantile = share});
    EXPECT_EQ(std::vector<double>(found.begin(), found.end()), expected) << share;
  }
  EXPECT_EQ(eligible_features({names, statistics}, {}).size(), 11U);
}

TEST(NormalisedDispersion, AgreesWithPandasBinning) {
  const Philox random(5, Purpose::test);
  std::vector<double> mean;
  std::vector<double> variance;
  for (std::uint64_t f = 0; f < 300; ++f) {
    mean.push_back(std::exp(1.5 * static_cast<double>(random.normal(f))));
    variance.push_back(mean.back() * std::exp(static_cast<double>(random.normal(1000 + f))));
  }
  mean[7] = variance[7] = 0;
  mean[8] = 1e5;
  const auto run = test::run_python(
      R"(
import numpy as np, pandas as pd
mean, var = np.loadtxt("mean.txt"), np.loadtxt("variance.txt")
mean_ = mean.copy(); mean_[mean_ == 0] = 1e-12
with np.errstate(divide="ignore"):
    disp = np.log(var / mean_); disp[np.isinf(disp)] = np.nan
t = pd.DataFrame({"m": np.log1p(mean_), "d": disp}); t["bin"] = pd.cut(t.m, bins=20)
g = t.groupby("bin", observed=True)["d"]; mu, sd = g.mean(), g.std(ddof=1)
one = sd.isna(); sd[one] = mu[one]; mu[one] = 0
z = (t.d - mu[t.bin].values) / sd[t.bin].values
print(*z)
)",
      {{"mean.txt", test::number_text(mean)}, {"variance.txt", test::number_text(variance)}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  const std::vector<double> found = normalised_dispersion(mean, variance);
  ASSERT_EQ(expected.size(), found.size());
  for (std::size_t f = 0; f < found.size(); ++f) {
    if (std::isnan(expected[f])) {
      EXPECT_EQ(found[f], -INFINITY);
    } else {
      EXPECT_NEAR(found[f], expected[f], 1e-9) << "feature " << f;
    }
  }
}

}  // namespace feature_selection_test
}  // namespace mixvae
