#include "base/random_order.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace mixvae {
namespace random_order_test {

TEST(RandomOrder, HasEveryPlaceOnceAndDependsOnTheStream) {
  for (const Index count : {0, 1, 2, 100}) {
    std::vector<Index> order = random_order(count, {3, Purpose::test});
    std::ranges::sort(order);
    for (Index place = 0; place < count; ++place) {
      EXPECT_EQ(order.at(at(place)), place);
    }
    EXPECT_EQ(order.size(), at(count));
  }
  const std::vector<Index> once = random_order(100, {3, Purpose::test});
  EXPECT_EQ(once, random_order(100, {3, Purpose::test}));
  EXPECT_NE(once, random_order(100, {4, Purpose::test}));
}

/// Each of three places comes first in about a third of many orders.
TEST(RandomOrder, IsEven) {
  std::vector<int> first(3, 0);
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    ++first[at(random_order(3, {seed, Purpose::test}).front())];
  }
  for (const int count : first) {
    EXPECT_NEAR(count, 1000, 100);
  }
}

}  // namespace random_order_test
}  // namespace mixvae
