#include "base/text.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mixvae {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(NaturalLess, ComparesNumbersByValue) {
  EXPECT_TRUE(natural_less("T2", "T10"));
  EXPECT_FALSE(natural_less("T10", "T2"));
  EXPECT_TRUE(natural_less("a9b1", "a10"));
  EXPECT_TRUE(natural_less("99999999999999999998", "99999999999999999999"));
  EXPECT_TRUE(natural_less("", "a"));
  EXPECT_TRUE(natural_less("T", "T1"));
  EXPECT_FALSE(natural_less("T1", "T1"));
}

TEST(NaturalLess, IsAStrictOrderOfDifferentTexts) {
  std::vector<std::string> names = {"1", "01", "001", "a01b", "a1b", "a1", "a01",
                                    "",  "B",  "b",   "10",   "9",   "a"};
  for (const std::string& a : names) {
    for (const std::string& b : names) {
      EXPECT_EQ(natural_less(a, b) || natural_less(b, a), a != b) << a << " and " << b;
      EXPECT_FALSE(natural_less(a, b) && natural_less(b, a)) << a << " and " << b;
      for (const std::string& c : names) {
        EXPECT_TRUE(!natural_less(a, b) || !natural_less(b, c) || natural_less(a, c))
            << a << ", " << b << ", " << c;
      }
    }
  }
}

TEST(Join, PutsTheSeparatorBetween) {
  EXPECT_EQ(join(std::vector<std::string>{}, ","), "");
  EXPECT_EQ(join(std::vector<std::string>{"a"}, ","), "a");
  EXPECT_EQ(join(std::vector<std::string>{"a", "", "b"}, ", "), "a, , b");
}

TEST(FirstN, GivesAtMostThatMany) {
  const std::vector<std::string> parts = {"a", "b", "c"};
  EXPECT_THAT(first_n(parts, 2), ElementsAre("a", "b"));
  EXPECT_THAT(first_n(parts, 9), ElementsAre("a", "b", "c"));
  EXPECT_THAT(first_n(parts, 0), IsEmpty());
}

TEST(EditDistance, CountsEdits) {
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
  EXPECT_EQ(edit_distance("CellType", "celltype"), 0U);
  EXPECT_EQ(edit_distance("flaw", "lawn"), edit_distance("lawn", "flaw"));
}

TEST(NearestNames, PutsTheClosestFirstAndLeavesOutStrangers) {
  const std::vector<std::string> names = {"xyz", "cell_type", "celltypes", "CellType"};
  EXPECT_THAT(nearest_names("celltype", names), ElementsAre("CellType", "cell_type", "celltypes"));
  EXPECT_THAT(nearest_names("celltype", names, 1), ElementsAre("CellType"));
  EXPECT_THAT(nearest_names("qqq", names), IsEmpty());
}

TEST(Trimmed, RemovesWhiteSpaceAtBothEnds) {
  EXPECT_EQ(trimmed(" \t a b\r\n"), "a b");
  EXPECT_EQ(trimmed(" \n"), "");
  EXPECT_EQ(trimmed(""), "");
}

TEST(Shortest, ReadsBackEqual) {
  EXPECT_EQ(shortest(0.1), "0.1");
  EXPECT_EQ(shortest(3), "3");
  EXPECT_EQ(shortest(1e-8), "1e-08");
  for (const double value :
       {1.0 / 3, std::numeric_limits<double>::min(), -6.02214076e23, std::nextafter(1.0, 2.0)}) {
    EXPECT_EQ(std::stod(shortest(value)), value);
  }
}

TEST(WithCommas, GroupsThreeDigits) {
  EXPECT_EQ(with_commas(0), "0");
  EXPECT_EQ(with_commas(999), "999");
  EXPECT_EQ(with_commas(1000), "1,000");
  EXPECT_EQ(with_commas(22365), "22,365");
  EXPECT_EQ(with_commas(-123456), "-123,456");
  EXPECT_EQ(with_commas(std::numeric_limits<long long>::max()), "9,223,372,036,854,775,807");
}

TEST(ShellQuoted, IsOneWordForAShell) {
  EXPECT_EQ(shell_quoted("data/run-1/cells.h5ad"), "data/run-1/cells.h5ad");
  EXPECT_EQ(shell_quoted("my cells.csv"), "'my cells.csv'");
  EXPECT_EQ(shell_quoted("it's $HOME;*"), "'it'\\''s $HOME;*'");
  EXPECT_EQ(shell_quoted("~x"), "'~x'");
  EXPECT_EQ(shell_quoted("größe"), "'größe'");
  EXPECT_EQ(shell_quoted(""), "''");
}

TEST(Lower, ChangesAsciiOnly) { EXPECT_EQ(lower("AbC-1Ä"), "abc-1Ä"); }

}  // namespace
}  // namespace mixvae
