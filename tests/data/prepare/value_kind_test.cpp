#include "data/prepare/value_kind.hpp"

#include <gtest/gtest.h>

#include "data/small_datasets.hpp"

namespace mixvae {
namespace {

using test::dense;
using test::message_of;
using ::testing::HasSubstr;

TEST(JudgeValues, TellsTheFourKindsApart) {
  EXPECT_EQ(judge_values(dense(2, 2, {0, 3, 1, 200})), ValueKind::counts);
  EXPECT_EQ(judge_values(dense(2, 2, {0, 1, 1, 0})), ValueKind::counts);
  EXPECT_EQ(judge_values(dense(2, 2, {0, 3.5F, 1, 200.25F})), ValueKind::fractional_counts);
  EXPECT_EQ(judge_values(dense(2, 2, {0, 3.5F, 1.2F, 8.25F})), ValueKind::log_normalised);
  EXPECT_EQ(judge_values(dense(2, 2, {-0.5F, 3.5F, 1.2F, 8.25F})), ValueKind::scaled);
  EXPECT_EQ(judge_values(dense(2, 2, {0.5F, 0.25F, 0, 1})), ValueKind::scaled);
  EXPECT_EQ(judge_values(dense(2, 2, {-1, 3, 1, 8})), ValueKind::counts)
      << "whole but negative: refused later by name";
}

TEST(JudgeValues, OneFractionInTwoThousandWholeNumbersIsStillCounts) {
  DenseMatrix matrix(100, 30);
  std::ranges::fill(matrix.values, 2.0F);
  matrix.values[7] = 2.5F;
  EXPECT_EQ(judge_values(matrix), ValueKind::counts);
  std::fill_n(matrix.values.begin(), 30, 2.5F);
  EXPECT_EQ(judge_values(matrix), ValueKind::log_normalised);
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
  for (const ValueKind kind : {ValueKind::counts, ValueKind::fractional_counts,
                               ValueKind::log_normalised, ValueKind::scaled}) {
    EXPECT_EQ(kind_from_word(kind_word(kind)), kind);
  }
  EXPECT_THAT(message_of<InputError>([] { kind_from_word("count"); }), HasSubstr("'count'"));
}

TEST(SuitableNormalisation, FollowsTheKind) {
  EXPECT_EQ(suitable_normalisation(ValueKind::counts, 0), "library-log");
  EXPECT_EQ(suitable_normalisation(ValueKind::fractional_counts, 0), "log");
  EXPECT_EQ(suitable_normalisation(ValueKind::fractional_counts, 1), "log2");
  EXPECT_EQ(suitable_normalisation(ValueKind::log_normalised, 0), "none");
  EXPECT_EQ(suitable_normalisation(ValueKind::scaled, -2), "none");
}

TEST(RequireSuitable, RefusesCountsUntransformedAndLogsTwice) {
  const std::string counts =
      message_of<InputError>([] { require_suitable("none", ValueKind::counts, "a.h5ad"); });
  EXPECT_THAT(counts, HasSubstr("'none' does not suit"));
  EXPECT_THAT(counts, HasSubstr("a.h5ad"));
  EXPECT_THAT(counts, HasSubstr("look like counts"));
  EXPECT_THAT(counts, HasSubstr("--normalise auto"));
  EXPECT_THAT(counts, HasSubstr("--trust-values"));
  for (const char* normalise : {"library-log", "log", "arcsinh"}) {
    EXPECT_THAT(message_of<InputError>(
                    [&] { require_suitable(normalise, ValueKind::log_normalised, "a"); }),
                HasSubstr("--normalise none"));
  }
  EXPECT_NO_THROW(require_suitable("arcsinh", ValueKind::scaled, "a"));
  EXPECT_NO_THROW(require_suitable("none", ValueKind::scaled, "a"));
  EXPECT_NO_THROW(require_suitable("library-log", ValueKind::fractional_counts, "a"));
}

TEST(RequireSameScale, RefusesLogValuesForAModelOfCounts) {
  EXPECT_THAT(message_of<InputError>([] {
                require_same_scale(ValueKind::counts, ValueKind::log_normalised, "b.csv");
              }),
              HasSubstr("another scale than the training data"));
  EXPECT_NO_THROW(require_same_scale(ValueKind::counts, ValueKind::fractional_counts, "b"));
  EXPECT_NO_THROW(require_same_scale(ValueKind::scaled, ValueKind::log_normalised, "b"));
}

}  // namespace
}  // namespace mixvae
