#include "data/prepare/values_mark.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/small_datasets.hpp"

namespace mixvae {
namespace values_mark_test {

using test::dataset_of;
using test::dense;
using test::message_of;
using test::random_counts;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;

Dataset marked(Dataset dataset, const std::vector<std::string>& marks) {
  dataset.cells.set({kValuesMark, Categorical::from_labels(marks)});
  return dataset;
}

Dataset marked(Dataset dataset, const std::string& mark) {
  const auto cells = static_cast<std::size_t>(dataset.cell_count());
  return marked(std::move(dataset), std::vector<std::string>(cells, mark));
}

TEST(ValuesMark, NamesTheNormalisationAndItsParameter) {
  Preprocessing p;
  p.normalise = "library-log";
  p.library_size = 8123.5;
  p.cofactor = 7;
  EXPECT_EQ(generated_mark(p), "normalised: library-log 8123.5");
  p.normalise = "library";
  EXPECT_EQ(generated_mark(p), "normalised: library 8123.5");
  p.normalise = "arcsinh";
  EXPECT_EQ(generated_mark(p), "normalised: arcsinh 7");
  p.normalise = "log2";
  EXPECT_EQ(generated_mark(p), "normalised: log2");
}

TEST(ValuesMark, CellsOfThisNormalisationHaveIt) {
  Preprocessing p;
  p.normalise = "log";
  const Dataset dataset = dataset_of(dense(3, 2, {1, 2, 3, 4, 5, 6}));
  EXPECT_FALSE(is_normalised_already(p, dataset));
  EXPECT_FALSE(is_normalised_already(p, marked(dataset, "normalised: log2")));
  EXPECT_TRUE(is_normalised_already(p, marked(dataset, "normalised: log")));
  Dataset layer = marked(dataset, "normalised: log");
  layer.source.layer = "counts";
  EXPECT_FALSE(is_normalised_already(p, layer)) << "it is about X";
}

TEST(ValuesMark, MayStandInAColumnOfAnyKind) {
  Preprocessing p;
  p.normalise = "log";
  Dataset dataset = dataset_of(dense(2, 1, {1, 2}));
  dataset.cells.set({kValuesMark, std::vector<std::string>(2, "normalised: log")});
  EXPECT_TRUE(is_normalised_already(p, dataset));
  dataset.cells.set({kValuesMark, std::vector<std::int64_t>{0, 0}});
  EXPECT_FALSE(is_normalised_already(p, dataset));
  dataset.cells.set({kValuesMark, Categorical{{"normalised: log"}, {-1, -1}, false}});
  EXPECT_FALSE(is_normalised_already(p, dataset)) << "missing";
}

TEST(ValuesMark, GeneratedAndMeasuredCellsTogetherAreRefused) {
  Preprocessing p;
  p.normalise = "log";
  const Dataset mixed = marked(dataset_of(dense(3, 2, {1, 2, 3, 4, 5, 6})),
                               {"normalised: log", "normalised: log", ""});
  EXPECT_THAT(message_of<InputError>([&] { is_normalised_already(p, mixed); }),
              AllOf(HasSubstr("others are not"), HasSubstr("2 of 3 cells"),
                    HasSubstr("normalised: log"), HasSubstr("one kind")));
  p.normalise = "none";
  EXPECT_FALSE(is_normalised_already(p, mixed)) << "nothing is done to either";
}

TEST(ValuesMark, NormalisedCellsAreScaledAlone) {
  const Dataset counts = dataset_of(random_counts(12, 9));
  const Preprocessing p =
      fit_preprocessing(counts, {.library_size = 100, .features = "all", .scale = "half"});
  // By hand: ln(1 + 100 x / sum) of the model's features, not scaled.
  const DenseMatrix raw = to_dense(counts.x);
  Dataset normalised;
  normalised.cells = counts.cells;
  normalised.features.names = p.features;
  normalised.source = counts.source;
  DenseMatrix x(12, 9);
  for (Index n = 0; n < 12; ++n) {
    float sum = 0;
    for (const float value : raw.row(n)) {
      sum += value;
    }
    for (Index d = 0; d < 9; ++d) {
      x(n, d) = std::log1p(100 * raw(n, p.positions[static_cast<std::size_t>(d)]) / sum);
    }
  }
  x(0, 0) = -0.25F;  // generated values may be
  normalised.x = x;
  const Prepared expected = apply_preprocessing(p, counts);
  const Prepared found = apply_preprocessing(p, marked(normalised, generated_mark(p)));
  EXPECT_THAT(found.notes, Contains(HasSubstr("not done again")));
  ASSERT_EQ(found.cell_count(), 12);
  const DenseMatrix want = to_dense(expected.x);
  const DenseMatrix have = to_dense(found.x);
  EXPECT_LT(have(0, 0), 0);
  for (Index n = 1; n < 12; ++n) {
    for (Index d = 0; d < 9; ++d) {
      EXPECT_NEAR(have(n, d), want(n, d), 1e-5F) << n << " " << d;
    }
  }
}

TEST(ValuesMark, TheSameNormalisationIsNotLearnedTwice) {
  const Dataset cells =
      marked(dataset_of(dense(3, 2, {0.5F, 0, 2.25F, 1, 0.75F, 3})), "normalised: log");
  EXPECT_THAT(message_of<InputError>(
                  [&] { fit_preprocessing(cells, {.normalise = "log", .trust_values = true}); }),
              AllOf(HasSubstr("normalised already"), HasSubstr("--normalise none")));
  const Preprocessing p = fit_preprocessing(cells, {});
  EXPECT_EQ(p.normalise, "none");
  EXPECT_EQ(to_dense(apply_preprocessing(p, cells).x).values, to_dense(cells.x).values);
}

}  // namespace values_mark_test
}  // namespace mixvae
