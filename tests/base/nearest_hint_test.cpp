#include "base/nearest_hint.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace mixvae {
namespace {

TEST(NearestHint, NamesTheNearestOrSaysNothing) {
  const std::vector<std::string> names{"types", "states", "arms"};
  EXPECT_EQ(nearest_hint("typs", names, 1), "nearest: types");
  EXPECT_EQ(nearest_hint("armes", names, 1, "nearest leaves: "), "nearest leaves: arms");
  EXPECT_EQ(nearest_hint("qqq", names), "");
  EXPECT_EQ(nearest_hint("types", {}), "");
}

}  // namespace
}  // namespace mixvae
