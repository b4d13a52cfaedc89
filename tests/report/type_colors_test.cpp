#include "report/type_colors.hpp"

#include <regex>
#include <set>

#include <gtest/gtest.h>

namespace mixvae::report {
namespace {

TEST(TypeColors, AreDistinctHexadecimalAndStable) {
  const std::vector<std::string> many = type_colors(150);
  EXPECT_EQ(std::set<std::string>(many.begin(), many.end()).size(), 150U);
  for (const std::string& color : many) {
    EXPECT_TRUE(std::regex_match(color, std::regex("#[0-9a-f]{6}"))) << color;
  }
  const std::vector<std::string> few = type_colors(7);
  EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin()));
  EXPECT_TRUE(type_colors(0).empty());
}

}  // namespace
}  // namespace mixvae::report
