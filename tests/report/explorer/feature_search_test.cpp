#include "report/explorer/feature_search.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mixvae::report::explorer {
namespace feature_search_test {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(FeatureSearch, WholeNamesComeFirstThenThoseThatBeginSo) {
  const std::vector<std::string> names{"AC3", "C3AR1", "C30", "c3", "C3", "CD3"};
  EXPECT_THAT(features_like(names, "C3", 30), ElementsAre("c3", "C3", "C3AR1", "C30", "AC3"));
  EXPECT_THAT(features_like(names, "none", 30), IsEmpty());
}

TEST(FeatureSearch, AWholeNameIsFoundBehindMoreThanAreOffered) {
  std::vector<std::string> names;
  for (int i = 0; i < 50; ++i) {
    names.push_back("C3ORF" + std::to_string(i));
  }
  names.emplace_back("C3");
  const auto found = features_like(names, "c3", 30);
  ASSERT_EQ(found.size(), 30U);
  EXPECT_EQ(found[0], "C3");
  EXPECT_EQ(found[1], "C3ORF0");
}

}  // namespace feature_search_test
}  // namespace mixvae::report::explorer
