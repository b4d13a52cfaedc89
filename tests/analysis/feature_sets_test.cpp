#include "analysis/feature_sets.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/python.hpp"
#include "support/refusal.hpp"

namespace mixvae::analysis {
namespace feature_sets_test {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<MarkedType> table(const std::string& text) {
  const support::TemporaryFolder folder;
  const std::string path = folder.path("sets.csv");
  test::write_text(path, text);
  return read_marker_table(path);
}

TEST(FeatureSets, AreFoundByNameAndWhatIsUnknownIsListed) {
  const FeatureSets found =
      find_feature_sets(table("set,genes\nearly,Fos JUN/cJun NOBODY\nlate,NOTHING\nsingle,ACTB\n"),
                        {"ACTB", "FOS", "CJUN"}, {});
  ASSERT_EQ(found.sets.size(), 2U);
  EXPECT_EQ(found.sets[0].name, "early");
  EXPECT_THAT(found.sets[0].features, ElementsAre(1, 2));
  EXPECT_THAT(found.sets[1].features, ElementsAre(0)) << "one gene is enough";
  EXPECT_THAT(found.unknown, ElementsAre("NOBODY", "NOTHING"));
  EXPECT_THAT(found.left_out, ElementsAre("late"));
}

TEST(FeatureSets, WithoutAKnownGeneAreRefused) {
  const FeatureSets found = find_feature_sets(table("set,genes\nlate,NOTHING NEVER\n"), {"A"}, {});
  EXPECT_THAT(support::refusal<InputError>([&] { require_feature_sets(found, {"A"}, "x.csv"); }),
              AllOf(HasSubstr("no gene of the sets"), HasSubstr("x.csv"),
                    HasSubstr("NOTHING, NEVER"), HasSubstr("such as A")));
}

TEST(FeatureSets, EffectsAreMeansOverTheirFeatures) {
  StateWalk walk;
  walk.in_sd = {1.0, -3.0, std::nan(""), 2.0};
  walk.monotone = {1.0, -0.5, std::nan(""), 1.0};
  walk.order = {3, 1, 0, 2};
  const SetEffect two = set_effect(walk, {"two", {0, 1}});
  EXPECT_DOUBLE_EQ(two.rank, 2.5);
  EXPECT_DOUBLE_EQ(two.in_sd, -1);
  EXPECT_DOUBLE_EQ(two.size, 2);
  EXPECT_DOUBLE_EQ(two.monotone, 0.25);
  const SetEffect unknown = set_effect(walk, {"unknown", {2, 3}});
  EXPECT_DOUBLE_EQ(unknown.in_sd, 2) << "without the feature that has none";
  EXPECT_DOUBLE_EQ(unknown.rank, 2.5);
  EXPECT_TRUE(std::isnan(set_effect(walk, {"none", {2}}).size));
}

}  // namespace feature_sets_test
}  // namespace mixvae::analysis
