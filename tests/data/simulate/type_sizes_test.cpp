#include "data/simulate/type_sizes.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

#include <gtest/gtest.h>

#include "data/small_datasets.hpp"

namespace mixvae {
namespace type_sizes_test {

using test::message_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(TypeSizes, TheCortexHas1404DownTo16CellsIn115Types) {
  const std::vector<Index> sizes = type_sizes(22365, 115, 1404, 16);
  EXPECT_EQ(sizes.size(), 115U);
  EXPECT_EQ(sizes.front(), 1404);
  EXPECT_EQ(sizes.back(), 16);
  EXPECT_TRUE(std::ranges::is_sorted(sizes, std::greater<>{}));
  EXPECT_EQ(std::accumulate(sizes.begin(), sizes.end(), Index{0}), 22365);
}

TEST(TypeSizes, HoldForAwkwardRequests) {
  EXPECT_THAT(type_sizes(10, 3, 0, 0), ElementsAre(4, 3, 3));
  EXPECT_THAT(type_sizes(10, 2, 7, 3), ElementsAre(7, 3));
  EXPECT_THAT(type_sizes(9, 3, 3, 3), ElementsAre(3, 3, 3));
  EXPECT_THAT(type_sizes(8, 3, 5, 1), ElementsAre(5, 2, 1));
  EXPECT_THAT(type_sizes(7, 3, 5, 1), ElementsAre(5, 1, 1));
  EXPECT_THAT(type_sizes(11, 3, 5, 1), ElementsAre(5, 5, 1));
  EXPECT_THAT(type_sizes(5, 1, 0, 0), ElementsAre(5));
}

TEST(TypeSizes, RefuseWhatCannotBe) {
  EXPECT_THAT(message_of<UsageError>([] { type_sizes(100, 3, 20, 10); }),
              HasSubstr("100 cells in 3 types from 20 down to 10"));
  EXPECT_THROW(type_sizes(10, 2, 7, 4), UsageError);
  EXPECT_THROW(type_sizes(10, 1, 10, 10), UsageError);
  EXPECT_THROW(type_sizes(10, 3, 3, 5), UsageError);
}

}  // namespace type_sizes_test
}  // namespace mixvae
