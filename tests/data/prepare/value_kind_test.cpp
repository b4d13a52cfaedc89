#include "data/prepare/value_kind.hpp"

#include <gtest/gtest.h>

#include "data/small_datasets.hpp"

namespace mixvae {
namespace value_kind_test {

using test::dense;
using test::message_of;
using ::testing::HasSubstr;

TEST(JudgeValues, TellsTheKindsOfAFewValuesByTheirRange) {
  EXPECT_EQ(judge_values(dense(2, 2, {0, 3, 1, 200})), ValueKind::counts);
  EXPECT_EQ(judge_values(dense(2, 2, {0, 1, 1, 0})), ValueKind::counts);
  EXPECT_EQ(judge_values(dense(2, 2, {0, 3.5F, 1, 200.25F})), ValueKind::linear);
  EXPECT_EQ(judge_values(dense(2, 2, {0, 3.5F, 1.2F, 8.25F})), ValueKind::log_normalised);
  EXPECT_EQ(judge_values(dense(2, 2, {-0.5F, 3.5F, 1.2F, 8.25F})), ValueKind::scaled);
  EXPECT_EQ(judge_values(dense(2, 2, {0.5F, 0.25F, 0, 1})), ValueKind::scaled);
  EXPECT_EQ(judge_values(dense(2, 2, {-1, 3, 1, 8})), ValueKind::counts)
      << "whole but negative: refused later by name";
}

TEST(JudgeValues, SomeFractionsAmongWholeNumbersAreStillCounts) {
  DenseMatrix matrix(100, 30);
  std::ranges::fill(matrix.values, 2.0F);
  matrix.values[7] = 2.5F;
  EXPECT_EQ(judge_values(matrix), ValueKind::counts);
  std::fill_n(matrix.values.begin(), 30, 2.5F);
  EXPECT_EQ(judge_values(matrix), ValueKind::fractional_counts);
}

TEST(JudgeValues, LooksAtCellsFromTheWholeRangeOfALargeSet) {
  DenseMatrix matrix(3 * kJudgedCells, 2);
  std::ranges::fill(matrix.values, 1.0F);
  std::fill(matrix.values.begin() + 2 * kJudgedCells * 2, matrix.values.end(), 0.5F);
  EXPECT_NE(judge_values(matrix), ValueKind::counts);
}

TEST(JudgeValues, RefusesAnEmptyMatrix) {
  EXPECT_THAT(message_of<InputError>([] { judge_values(DenseMatrix(0, 4)); }),
              HasSubstr("0 cells and 4 features"));
}

TEST(ValueKind, WordsReadBack) {
  for (const ValueKind kind : kValueKinds) {
    EXPECT_EQ(kind_from_word(kind_word(kind)), kind);
  }
  EXPECT_THAT(message_of<InputError>([] { kind_from_word("count"); }), HasSubstr("'count'"));
}

TEST(SuitableNormalisation, FollowsTheKind) {
  EXPECT_EQ(suitable_normalisation(ValueKind::counts, 0), "library-log");
  EXPECT_EQ(suitable_normalisation(ValueKind::fractional_counts, 1), "library-log");
  EXPECT_EQ(suitable_normalisation(ValueKind::linear, 0), "log");
  EXPECT_EQ(suitable_normalisation(ValueKind::linear, 1), "log2");
  for (const ValueKind kind :
       {ValueKind::log_normalised, ValueKind::scaled, ValueKind::transformed, ValueKind::image}) {
    EXPECT_EQ(suitable_normalisation(kind, -2), "none");
  }
}

TEST(IsUsual, CountsUntransformedAndLogsTwiceAreNot) {
  EXPECT_FALSE(is_usual("none", ValueKind::counts));
  for (const char* normalise : {"library-log", "library", "log", "log2", "arcsinh"}) {
    EXPECT_FALSE(is_usual(normalise, ValueKind::log_normalised)) << normalise;
    EXPECT_TRUE(is_usual(normalise, ValueKind::fractional_counts)) << normalise;
  }
  EXPECT_TRUE(is_usual("arcsinh", ValueKind::scaled));
  EXPECT_TRUE(is_usual("none", ValueKind::scaled));
  EXPECT_TRUE(is_usual("log", ValueKind::image));
}

TEST(RequireSameScale, RefusesLogValuesForAModelOfCounts) {
  const auto check = [](const std::string& normalise, ValueKind expected, ValueKind found) {
    Preprocessing fitted;
    fitted.normalise = normalise;
    fitted.expected = expected;
    require_same_scale(fitted, {found, "because"}, "b.csv");
  };
  const std::string text = message_of<InputError>(
      [&] { check("library-log", ValueKind::counts, ValueKind::log_normalised); });
  EXPECT_THAT(text, HasSubstr("another scale than the training data"));
  EXPECT_THAT(text, HasSubstr("b.csv"));
  EXPECT_THAT(text, HasSubstr("log-normalised values (because)"));
  EXPECT_THAT(text, HasSubstr("--trust-values"));
  EXPECT_THROW(check("none", ValueKind::transformed, ValueKind::linear), InputError);
  EXPECT_THROW(check("arcsinh", ValueKind::linear, ValueKind::transformed), InputError);
  EXPECT_NO_THROW(check("arcsinh", ValueKind::linear, ValueKind::scaled));
  EXPECT_NO_THROW(check("library-log", ValueKind::counts, ValueKind::fractional_counts));
  EXPECT_NO_THROW(check("none", ValueKind::scaled, ValueKind::log_normalised));
  EXPECT_NO_THROW(check("none", ValueKind::image, ValueKind::counts));
}

}  // namespace value_kind_test
}  // namespace mixvae
