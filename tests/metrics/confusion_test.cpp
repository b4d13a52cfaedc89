#include "metrics/confusion.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "metrics/labelings.hpp"

namespace mixvae::metrics {
namespace {

TEST(Confusion, PutsMatchedClustersOnTheDiagonalAndOthersBehind) {
  const Labelling types{0, 0, 0, 1, 1, 1, 1, 3};
  const Labelling clusters{2, 2, 0, 0, 0, 1, 1, 1};
  const Contingency table = contingency(types, clusters, 4, 5);
  const Matching matching = best_matching(table);
  EXPECT_THAT(matched_order(table, matching), testing::ElementsAre(2, 0, 1));
  EXPECT_EQ(confusion_csv(table, matching, {"a", "b,c", "none", "d \"q\""},
                          {"T1", "T2", "T3", "T4", "T5"}),
            "type,T3,T1,T2\n"
            "a,2,1,0\n"
            "\"b,c\",0,2,2\n"
            "\"d \"\"q\"\"\",0,0,1\n");
}

TEST(Confusion, OrdersUnmatchedClustersByFallingSize) {
  const Labelling types{0, 0, 0, 0, 0, 0};
  const Labelling clusters{1, 0, 0, 2, 2, 2};
  const Contingency table = contingency(types, clusters);
  EXPECT_THAT(matched_order(table, best_matching(table)), testing::ElementsAre(2, 0, 1));
}

TEST(Confusion, AssertsANameForEach) {
  const Labelling types{0, 1};
  const Contingency table = contingency(types, types);
  EXPECT_THROW(confusion_csv(table, best_matching(table), {"a"}, {"x", "y"}), Bug);
}

}  // namespace
}  // namespace mixvae::metrics
