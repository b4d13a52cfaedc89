#include "data/io/text_values.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mixvae {
namespace text_values_test {

using ::testing::ElementsAre;

TEST(TextValues, ReadsNumbersInEveryUsualForm) {
  EXPECT_EQ(number_of("3"), 3.0);
  EXPECT_EQ(number_of(" -0.5 "), -0.5);
  EXPECT_EQ(number_of("+1e-7"), 1e-7);
  EXPECT_EQ(number_of("1E5"), 1e5);
  EXPECT_EQ(number_of(".5"), 0.5);
  EXPECT_EQ(number_of("1e-999"), 0.0);
  EXPECT_EQ(number_of("-1e999"), -INFINITY);
  EXPECT_TRUE(std::isinf(number_of("Inf").value()));
  for (const char* missing : {"", "NA", "NaN", "nan", " ", "N/A", "None", "null"}) {
    EXPECT_TRUE(std::isnan(number_of(missing).value())) << missing;
  }
}

TEST(TextValues, RefusesWhatIsNoNumber) {
  for (const char* text : {"x", "1x", "1,5", "1 2", "+-1", "--1", "0x10", "1e", "-", "+"}) {
    EXPECT_FALSE(number_of(text).has_value()) << text;
  }
}

TEST(TypedColumn, ChoosesTheNarrowestKind) {
  EXPECT_THAT(std::get<std::vector<bool>>(typed_column({"TRUE", "False"})),
              ElementsAre(true, false));
  EXPECT_THAT(std::get<std::vector<std::int64_t>>(typed_column({"0", "-7", "12"})),
              ElementsAre(0, -7, 12));
  const ColumnValues numbers = typed_column({"0.5", "NA", "3"});
  EXPECT_EQ(std::get<std::vector<double>>(numbers)[2], 3.0);
  EXPECT_TRUE(std::isnan(std::get<std::vector<double>>(numbers)[1]));
  EXPECT_THAT(std::get<std::vector<std::string>>(typed_column({"a", "b", "3"})),
              ElementsAre("a", "b", "3"));
}

TEST(TypedColumn, MakesRepeatedTextsLabelsWithMissingOnes) {
  const auto labels = std::get<Categorical>(typed_column({"T", "B", "NA", "T", "B", "T"}));
  EXPECT_THAT(labels.categories, ElementsAre("B", "T"));
  EXPECT_THAT(labels.codes, ElementsAre(1, 0, -1, 1, 0, 1));
}

TEST(TypedColumn, KeepsLeadingZerosAsLabels) {
  EXPECT_TRUE(std::holds_alternative<Categorical>(typed_column({"007", "007", "012", "012"})));
}

TEST(TypedColumn, TakesAllMissingAsLabels) {
  const auto labels = std::get<Categorical>(typed_column({"NA", "NA", "NA"}));
  EXPECT_TRUE(labels.categories.empty());
  EXPECT_THAT(labels.codes, ElementsAre(-1, -1, -1));
}

}  // namespace text_values_test
}  // namespace mixvae
