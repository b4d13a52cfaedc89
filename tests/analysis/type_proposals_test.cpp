#include "analysis/type_proposals.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/refusal.hpp"

namespace mixvae::analysis {
namespace type_proposals_test {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::vector<std::string> kTypes{"T1", "T2", "T3", "T4"};

/// Two cells of each of three types with values as given; T4 has no cells.
MarkerValues three_types(const std::vector<std::vector<float>>& values) {
  MarkerValues made;
  made.names = {"A", "B", "C"};
  DenseMatrix x(6, 3);
  for (Index n = 0; n < 6; ++n) {
    made.types.push_back(static_cast<std::int32_t>(n / 2));
    for (Index f = 0; f < 3; ++f) {
      x(n, f) = values[static_cast<std::size_t>(n / 2)][static_cast<std::size_t>(f)];
    }
  }
  made.x = std::move(x);
  return made;
}

FoundMarkers markers(std::vector<std::string> names, std::vector<metrics::Signature> signatures) {
  return {std::move(names), std::move(signatures), {}, {}};
}

TEST(MarkerProposals, NameTheTypeWhoseMarkersAreHigh) {
  const auto proposals =
      propose_from_markers(three_types({{5, 0, 0}, {0, 5, 0}, {0, 0, 5}}), kTypes,
                           markers({"a", "b"}, {{{0}, {1}}, {{1}, {0, 2}}}), {}, 0);
  ASSERT_EQ(proposals.size(), 4U);
  EXPECT_EQ(proposals[0].name, "a");
  EXPECT_EQ(proposals[0].second, "b");
  EXPECT_THAT(proposals[0].markers, ElementsAre("A", "B low"));
  EXPECT_EQ(proposals[1].name, "b");
  EXPECT_EQ(proposals[1].reason, "");
  EXPECT_EQ(proposals[2].name, "") << "nothing speaks for it";
  EXPECT_THAT(proposals[2].reason, HasSubstr("weak: the score is below 0.5"));
  EXPECT_EQ(proposals[3].reason, "no cells");
  EXPECT_EQ(proposals[0].cells, 2);
  EXPECT_TRUE(std::isnan(proposals[0].p)) << "three genes are too few to draw from";
}

TEST(MarkerProposals, SayWhatIsAmbiguous) {
  const FoundMarkers both = markers({"a", "b"}, {{{0, 1}, {}}, {{1, 0}, {}}});
  const MarkerValues values = three_types({{5, 5, 0}, {0, 0, 0}, {0, 0, 5}});
  EXPECT_EQ(propose_from_markers(values, kTypes, both, {}, 0)[0].reason, "ambiguous: a or b");
  EXPECT_EQ(propose_from_markers(values, kTypes, both, {.least_margin = 0}, 0)[0].name, "a");
  EXPECT_EQ(propose_from_markers(values, kTypes, markers({"a"}, {{{0, 1}, {}}}), {}, 0)[0].name,
            "a")
      << "a table of one type has no second";
}

TEST(MarkerProposals, ChanceSpeaksAgainstAName) {
  MarkerValues values;
  DenseMatrix x(2, 150);
  for (Index f = 0; f < 150; ++f) {
    values.names.push_back("g" + std::to_string(f));
    x(f % 2, f) = 5;
  }
  values.x = std::move(x);
  values.types = {0, 1};
  const auto proposals =
      propose_from_markers(values, {"T1", "T2"}, markers({"even"}, {{{0, 2}, {}}}), {}, 0);
  EXPECT_NEAR(proposals[0].p, 0.25, 0.06) << "half of the genes are high, two of two by chance";
  EXPECT_THAT(proposals[0].reason, HasSubstr("random genes often score as high"));
}

TEST(MarkerProposals, NeedTypesToCompare) {
  MarkerValues values = three_types({{5, 0, 0}, {0, 5, 0}, {0, 0, 5}});
  values.types = {0, 0, 0, -1, -1, -1};
  EXPECT_THAT(support::refusal<InputError>([&] {
                propose_from_markers(values, kTypes, markers({"a"}, {{{0, 1}, {}}}), {}, 0);
              }),
              AllOf(HasSubstr("nothing to compare"), HasSubstr("--reference")));
}

TEST(LabelProposals, TakeTheMajority) {
  //                                    a  a  b  a  b  b  c  -
  const std::vector<std::int32_t> types{0, 0, 0, 1, 1, 1, 1, 2};
  const Categorical labels{{"a", "b", "c"}, {0, 0, 1, 0, 1, 1, 2, -1}, false};
  const auto proposals = propose_from_labels(types, kTypes, labels, {});
  EXPECT_EQ(proposals[0].name, "a");
  EXPECT_DOUBLE_EQ(proposals[0].score, 2.0 / 3);
  EXPECT_DOUBLE_EQ(proposals[0].margin, 1.0 / 3);
  EXPECT_DOUBLE_EQ(proposals[0].of_label, 2.0 / 3);
  EXPECT_TRUE(proposals[0].one_to_one);
  EXPECT_EQ(proposals[1].name, "") << "half is not more than half";
  EXPECT_THAT(proposals[1].reason, HasSubstr("ambiguous: b or"));
  EXPECT_EQ(proposals[2].reason, "no cell has a label");
  EXPECT_EQ(proposals[3].reason, "no cells");
  EXPECT_EQ(propose_from_labels(types, kTypes, labels, {.least_share = 0.4})[1].name, "b");
}

TEST(LabelProposals, SeeWhereALabelHasMoreCells) {
  const Categorical labels{{"a"}, {0, 0, 0}, false};
  const auto proposals = propose_from_labels({0, 0, 1}, kTypes, labels, {});
  EXPECT_TRUE(proposals[0].one_to_one);
  EXPECT_EQ(proposals[1].name, "a");
  EXPECT_FALSE(proposals[1].one_to_one);
}

TEST(LabelProposals, LabelsThatAreNoNamesAreNotProposed) {
  const Categorical labels{{"T3", "unknown", "b"}, {0, 0, 1, 1, 2}, false};
  const auto proposals = propose_from_labels({0, 0, 1, 1, 2}, kTypes, labels, {});
  EXPECT_EQ(proposals[0].name, "");
  EXPECT_EQ(proposals[0].reason, "most have 'T3', but this name is the number of another type");
  EXPECT_EQ(proposals[1].name, "");
  EXPECT_EQ(proposals[1].reason,
            "most have 'unknown', but this name is that of cells unlike those of the fit");
  EXPECT_EQ(proposals[2].name, "b");
}

TEST(LabelProposals, RefuseLabelsOfNoCell) {
  const Categorical labels{{"a"}, {-1, -1}, false};
  EXPECT_THAT(support::refusal<InputError>([&] {
                propose_from_labels({0, 1}, kTypes, labels, {});
              }),
              HasSubstr("no cell"));
}

}  // namespace type_proposals_test
}  // namespace mixvae::analysis
