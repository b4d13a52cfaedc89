#include "analysis/abundance.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/python.hpp"
#include "support/refusal.hpp"

namespace mixvae::analysis {
namespace abundance_test {

using support::refusal;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Six samples of two conditions whose cells have three types; of the third there is none.
struct Sampled {
  Dataset data;
  std::vector<std::int32_t> types;

  /// So many cells of the first two types in a sample.
  void add(const std::string& sample, const std::string& condition, Index first, Index second) {
    for (Index n = 0; n < first + second; ++n) {
      samples.push_back(sample);
      conditions.push_back(condition);
      types.push_back(n < first ? 0 : 1);
    }
    finish();
  }
  void finish() {
    data.cells.columns.clear();
    data.cells.names = numbered_names("C", static_cast<Index>(types.size()));
    data.cells.set({"donor", labels_with_missing(samples)});
    data.cells.set({"dose", labels_with_missing(conditions)});
    data.source.path = "cells.h5ad";
  }
  std::optional<Abundances> found(const AbundanceOptions& options) const {
    return abundances(data, types, 3, options);
  }

  std::vector<std::string> samples;
  std::vector<std::string> conditions;
};

Sampled six_samples() {
  Sampled made;
  made.add("s1", "low", 10, 30);
  made.add("s2", "high", 25, 15);
  made.add("s3", "low", 12, 50);
  made.add("s4", "high", 40, 20);
  made.add("s5", "low", 0, 21);
  made.add("s6", "high", 18, 19);
  return made;
}

TEST(Abundance, CountsTypesOfSamplesByCondition) {
  Sampled made = six_samples();
  made.types[0] = -1;  // a cell without a type
  const Abundances found = *made.found({"donor", "dose"});
  EXPECT_THAT(found.samples, ElementsAre("s2", "s4", "s6", "s1", "s3", "s5"));
  EXPECT_THAT(found.conditions, ElementsAre("high", "low"));
  EXPECT_THAT(found.condition, ElementsAre(0, 0, 0, 1, 1, 1));
  EXPECT_THAT(found.cells[3], ElementsAre(9, 30, 0));
  EXPECT_EQ(found.totals[3], 39);
  EXPECT_DOUBLE_EQ(found.fraction(0, 0), 25.0 / 40);
  EXPECT_DOUBLE_EQ(found.mean_fraction(1, 1), (30.0 / 39 + 50.0 / 62 + 1) / 3);
}

TEST(Abundance, TestsAreThoseOfScipyOnLogits) {
  Sampled made = six_samples();
  made.add("s7", "none", 5, 6);
  made.add("s8", "none", 9, 4);
  for (const bool three : {false, true}) {
    Sampled shown = three ? made : six_samples();
    const Abundances found = *shown.found({"donor", "dose"});
    ASSERT_THAT(found.tests, SizeIs(3));
    std::string table;
    for (std::size_t m = 0; m < found.samples.size(); ++m) {
      table += std::to_string(found.condition[m]) + " " + std::to_string(found.cells[m][0]) + " " +
               std::to_string(found.totals[m]) + "\n";
    }
    const auto run = test::run_python(
        "import numpy as np\nfrom scipy.stats import f_oneway\n"
        "g, c, n = np.loadtxt('t').T\nx = np.log((c + .5) / (n - c + .5))\n"
        "r = f_oneway(*[x[g == k] for k in np.unique(g)])\nprint(*r)\n",
        {{"t", table}});
    MIXVAE_NEEDS_PYTHON(run);
    const std::vector<double> expected = test::numbers_in(run.output);
    EXPECT_NEAR(found.tests[0].f, expected.at(0), 1e-9);
    EXPECT_NEAR(found.tests[0].p, expected.at(1), 1e-9);
    // Two types: what one wins, the other loses; the third, without cells, is no test.
    EXPECT_NEAR(found.tests[1].p, expected.at(1), 1e-9);
    EXPECT_NEAR(found.tests[0].adjusted, expected.at(1), 1e-9);
    EXPECT_TRUE(std::isnan(found.tests[2].p));
  }
}

TEST(Abundance, SaysWhyNothingIsTested) {
  Sampled made = six_samples();
  EXPECT_THAT(made.found({"donor", ""})->untested, HasSubstr("--condition"));
  EXPECT_THAT(made.found({"donor", ""})->samples, ElementsAre("s1", "s2", "s3", "s4", "s5", "s6"));
  EXPECT_THAT(made.found({"dose", "dose"})->untested,
              AllOf(HasSubstr("at least two samples"), HasSubstr("'high', 'low'")));
  EXPECT_FALSE(made.found({}));
  Sampled one;
  one.add("s1", "low", 3, 4);
  one.add("s2", "low", 5, 1);
  EXPECT_THAT(one.found({"donor", "dose"})->untested, HasSubstr("all samples have the condition"));
  EXPECT_THAT(one.found({"donor", "dose"})->tests, IsEmpty());
}

TEST(Abundance, LeavesOutSamplesWithoutConditionOrTypes) {
  Sampled made = six_samples();
  made.add("s7", "", 4, 4);
  made.add("s8", "high", 2, 0);
  made.types.back() = -1;
  made.types[made.types.size() - 2] = -1;
  const Abundances found = *made.found({"donor", "dose"});
  EXPECT_THAT(found.samples, SizeIs(6));
  EXPECT_THAT(found.without_condition, ElementsAre("s7"));
  Sampled none;
  none.add("s1", "", 3, 4);
  EXPECT_EQ(none.found({"donor", "dose"})->untested, "no sample has a condition");
}

TEST(Abundance, DataFromAFolderHaveSamples) {
  Sampled made = six_samples();
  made.data.cells.set({"sample", labels_with_missing(made.samples)});
  EXPECT_FALSE(made.found({}));
  made.data.source.files = {{"a.fcs", 100}, {"b.fcs", 200}};
  EXPECT_THAT(made.found({})->samples, SizeIs(6));
}

TEST(Abundance, RefusesWhatIsNoSample) {
  Sampled made = six_samples();
  const auto refused = [&](const AbundanceOptions& options) {
    return refusal<InputError>([&] { require_abundances(made.data, options); });
  };
  EXPECT_THAT(refused({"doner", ""}), AllOf(HasSubstr("doner"), HasSubstr("donor")));
  EXPECT_THAT(refused({"donor", "dosis"}), AllOf(HasSubstr("dosis"), HasSubstr("dose")));
  EXPECT_THAT(refusal([&] {
                require_abundances(made.data, {"", "dose"});
              }),
              AllOf(HasSubstr("which sample"), HasSubstr("--condition dose")));
  made.conditions[1] = "high";
  made.finish();
  EXPECT_THAT(refused({"donor", "dose"}),
              AllOf(HasSubstr("two conditions"), HasSubstr("'s1'"), HasSubstr("'low' and 'high'")));
}

}  // namespace abundance_test
}  // namespace mixvae::analysis
