#include "cluster/labels.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mixvae::cluster {
namespace {

using testing::ElementsAre;

TEST(Labels, AreNumberedBySizeThenByFirstCell) {
  std::vector<std::int32_t> labels{3, 1, 1, 0, 0, -1, 3, 0, 2};
  const auto numbers = numbers_by_size(labels, 5);
  EXPECT_THAT(numbers, ElementsAre(0, 2, 3, 1, 4));
  renumber(labels, numbers);
  EXPECT_THAT(labels, ElementsAre(1, 2, 2, 0, 0, -1, 1, 0, 3));
}

}  // namespace
}  // namespace mixvae::cluster
