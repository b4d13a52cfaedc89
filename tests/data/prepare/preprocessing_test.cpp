#include "data/prepare/preprocessing.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "data/small_datasets.hpp"
#include "support/python.hpp"
#include "support/valid_matrix.hpp"

namespace mixvae {
namespace preprocessing_test {

using test::dataset_of;
using test::dense;
using test::message_of;
using test::random_counts;
using test::sparse_of;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Prepared prepare(const Dataset& dataset, const PreprocessingOptions& wanted) {
  return apply_preprocessing(fit_preprocessing(dataset, wanted), dataset, {.keep_counts = true});
}

TEST(Preprocessing, LibraryLogOfTheMostVariableGenesAgreesWithNumpy) {
  const DenseMatrix counts = random_counts(61, 23);
  const auto run = test::run_python(R"(
import numpy as np
x = np.loadtxt("x.txt")
y = np.log1p(x / x.sum(1, keepdims=True) * 1e4)
best = np.sort(np.argsort(-y.var(0), kind="stable")[:9])
print(*best); print(*y[:, best].ravel())
)",
                                    {{"x.txt", test::number_text(counts.values, 23)}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  for (const Matrix& matrix : {Matrix(counts), Matrix(sparse_of(counts))}) {
    const Dataset dataset = dataset_of(matrix);
    const Preprocessing fitted = fit_preprocessing(dataset, {.features = "9"});
    EXPECT_EQ(fitted.normalise, "library-log");
    for (std::size_t f = 0; f < 9; ++f) {
      EXPECT_EQ(static_cast<double>(fitted.positions[f]), expected[f]);
    }
    const Prepared prepared = apply_preprocessing(fitted, dataset);
    EXPECT_EQ(prepared.x.index(), matrix.index()) << "sparse stays sparse, dense stays dense";
    const DenseMatrix found = to_dense(prepared.x);
    for (std::size_t i = 0; i < found.values.size(); ++i) {
      EXPECT_NEAR(static_cast<double>(found.values[i]), expected[9 + i], 2e-6);
    }
  }
}

TEST(Preprocessing, CountsPerMillionWithinZeroAndOneAgreeWithNumpy) {
  const DenseMatrix counts = random_counts(37, 15);
  const auto run = test::run_python(R"(
import numpy as np
x = np.loadtxt("x.txt")
y = x / x.sum(1, keepdims=True) * 1e6
y = y[:, (y.sum(0) > np.quantile(y.sum(0), .2)) & (y.var(0, ddof=1) > np.quantile(y.var(0, ddof=1), .2))]
y = (y - y.min(0)) / (y.max(0) - y.min(0))
print(y.shape[1], *y.ravel())
)",
                                    {{"x.txt", test::number_text(counts.values, 15)}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  const Prepared prepared = prepare(dataset_of(counts), {.normalise = "library",
                                                         .library_size = 1e6,
                                                         .features = "all",
                                                         .low_quantile = 0.2,
                                                         .scale = "unit"});
  const DenseMatrix found = to_dense(prepared.x);
  ASSERT_EQ(static_cast<double>(found.columns), expected[0]);
  ASSERT_LT(found.columns, 15);
  for (std::size_t i = 0; i < found.values.size(); ++i) {
    EXPECT_NEAR(static_cast<double>(found.values[i]), expected[i + 1], 1e-5);
  }
}

TEST(Preprocessing, LibraryWithoutLogarithmRefusesNegativeValues) {
  DenseMatrix negative(2, 2);
  negative.values = {-1, 3, 1, 8};
  EXPECT_THROW(fit_preprocessing(dataset_of(negative), {.normalise = "library"}), InputError);
}

TEST(Preprocessing, KeepsRawCountsAndWholeLibraryOfTheChosenFeatures) {
  const DenseMatrix counts = random_counts(20, 10);
  const Prepared prepared = prepare(dataset_of(counts), {.features = "4"});
  ASSERT_TRUE(prepared.counts.has_value());
  EXPECT_TRUE(support::is_valid(*prepared.counts));
  EXPECT_EQ(prepared.counts->columns, 4);
  const Preprocessing fitted = fit_preprocessing(dataset_of(counts), {.features = "4"});
  EXPECT_FALSE(apply_preprocessing(fitted, dataset_of(counts)).counts.has_value())
      << "nobody asked for them";
  for (Index cell = 0; cell < 20; ++cell) {
    const auto row = counts.row(cell);
    EXPECT_EQ(prepared.library[static_cast<std::size_t>(cell)],
              std::accumulate(row.begin(), row.end(), 0.0F));
  }
  const Prepared fractional = prepare(dataset_of(dense(2, 2, {0.5F, 90, 1, 30.5F})), {});
  EXPECT_FALSE(fractional.counts.has_value());
}

TEST(Preprocessing, AutoLibrarySizeIsTheMedianUpToTenThousand) {
  const Dataset small = dataset_of(dense(4, 2, {1, 1, 2, 2, 3, 3, 10, 10}));
  EXPECT_EQ(fit_preprocessing(small, {.library_size = {}}).library_size, 5);
  const Dataset large = dataset_of(dense(2, 2, {1e5F, 1, 1e5F, 3}));
  EXPECT_EQ(fit_preprocessing(large, {.library_size = {}}).library_size, 1e4);
}

TEST(Preprocessing, OtherNormalisationsHaveTheirClosedForms) {
  const auto value = [](const DenseMatrix& matrix, const std::string& normalise) {
    return to_dense(prepare(dataset_of(matrix), {.normalise = normalise}).x)(0, 1);
  };
  const DenseMatrix linear = dense(2, 2, {1, 99.5F, 2, 30});
  EXPECT_FLOAT_EQ(value(linear, "log"), std::log1p(99.5F));
  EXPECT_FLOAT_EQ(value(linear, "auto"), std::log2(99.5F)) << "nothing below 1";
  EXPECT_FLOAT_EQ(value(linear, "arcsinh"), std::asinh(99.5F / 5));
  EXPECT_FLOAT_EQ(value(dense(2, 2, {0, 99.5F, 2, 30}), "auto"), std::log1p(99.5F));
  EXPECT_FLOAT_EQ(value(dense(2, 2, {0, 2.5F, 2, 3}), "auto"), 2.5F);
}

TEST(Preprocessing, UnitScaleUsesTheTrainingRangeAndClampsNewData) {
  const Dataset training = dataset_of(dense(3, 2, {1.5F, 4, 2, 8, 2.5F, 4}));
  const Preprocessing fitted = fit_preprocessing(training, {.normalise = "none", .scale = "unit"});
  EXPECT_THAT(to_dense(apply_preprocessing(fitted, training).x).values,
              ElementsAre(0, 0, 0.5F, 1, 1, 0));
  const Dataset fresh = dataset_of(dense(1, 2, {9.5F, 3}));
  EXPECT_THAT(to_dense(apply_preprocessing(fitted, fresh).x).values, ElementsAre(1, 0));
}

TEST(Preprocessing, CommonScaleUsesOneRangeForAllFeatures) {
  const Dataset training = dataset_of(dense(3, 2, {1.5F, 4, 2, 9.5F, 2.5F, 4}));
  const Preprocessing fitted =
      fit_preprocessing(training, {.normalise = "none", .scale = "common"});
  const Dataset fresh = dataset_of(dense(1, 2, {5.5F, 9.9F}));
  EXPECT_THAT(to_dense(apply_preprocessing(fitted, fresh).x).values, ElementsAre(0.5F, 1));
  EXPECT_EQ(preprocessing_from_json(to_json(fitted)).scale, "common");
}

TEST(Preprocessing, HalfScaleDividesByTheRootOfTheDeviation) {
  const Dataset dataset = dataset_of(sparse_of(dense(3, 2, {0, 1.5F, 4, 1.5F, 8, 1.5F})));
  const DenseMatrix found = to_dense(prepare(dataset, {.normalise = "none", .scale = "half"}).x);
  EXPECT_FLOAT_EQ(found(2, 0), 8 / std::sqrt(4.0F));
  EXPECT_FLOAT_EQ(found(2, 1), 1.5F) << "a constant feature is left alone";
}

TEST(Preprocessing, RefusesAScalingThatWouldFillSparseZeros) {
  const Dataset dataset = dataset_of(sparse_of(dense(2, 2, {-1.5F, 0, 2, 1})));
  EXPECT_THAT(message_of<InputError>([&] { fit_preprocessing(dataset, {.scale = "unit"}); }),
              HasSubstr("zeros of a sparse matrix"));
}

TEST(Preprocessing, RefusesTooFewCellsOrFeatures) {
  EXPECT_THAT(message_of<InputError>([] {
                fit_preprocessing(dataset_of(dense(1, 3, {1, 2, 3})), {});
              }),
              AllOf(HasSubstr("too small to learn from"), HasSubstr("1 cells and 3 features")));
  EXPECT_THAT(message_of<InputError>([] {
                fit_preprocessing(dataset_of(dense(3, 1, {1, 2, 3})), {});
              }),
              HasSubstr("3 cells and 1 features"));
  const Dataset counts = dataset_of(dense(3, 3, {1, 2, 3, 4, 0, 0, 5, 0, 0}));
  EXPECT_THAT(message_of<InputError>([&] { fit_preprocessing(counts, {.min_features = 3}); }),
              AllOf(HasSubstr("too few cells are left"), HasSubstr("lower --min-features")));
  EXPECT_THAT(message_of<InputError>([&] { fit_preprocessing(counts, {.min_cells = 3}); }),
              AllOf(HasSubstr("too few features are left"), HasSubstr("relax --min-cells")));
  EXPECT_THAT(message_of<InputError>([&] { fit_preprocessing(counts, {.features = "1"}); }),
              HasSubstr("choose more with --features"));
}

TEST(Preprocessing, SaysWhatAutoDidNotUse) {
  const Dataset logs = dataset_of(dense(2, 2, {0.5F, 0, 2.25F, 1}));
  const PreprocessingOptions given{.library_size = 7, .cofactor = 9};
  const Preprocessing fitted = fit_preprocessing(logs, given);
  const std::string end = " has no effect: --normalise auto chose " + fitted.normalise;
  EXPECT_THAT(fitted.notes, Contains("--library-size 7" + end));
  EXPECT_THAT(fitted.notes, Contains("--cofactor 9" + end));
  PreprocessingOptions none{.library_size = {}};
  EXPECT_THAT(fit_preprocessing(logs, none).notes, Each(Not(HasSubstr("no effect"))));
  const Dataset counts = dataset_of(random_counts(12, 9));
  EXPECT_THAT(fit_preprocessing(counts, {.library_size = 7}).notes,
              Each(Not(HasSubstr("no effect"))));
}

TEST(Preprocessing, FiltersCellsAndSaysHowMany) {
  Dataset dataset = dataset_of(sparse_of(dense(3, 3, {1, 2, 0, 0, 0, 0, 3, 0, 1})));
  EXPECT_THROW(fit_preprocessing(dataset, {}), InputError);
  const Prepared prepared = prepare(dataset, {.min_features = 1});
  EXPECT_THAT(prepared.kept_cells, ElementsAre(0, 2));
  EXPECT_EQ(prepared.cell_count(), 2);
  EXPECT_EQ(prepared.library.size(), 2U);
  EXPECT_THAT(prepared.notes, ElementsAre("left out: 1 cell without any non-zero value"));
  EXPECT_THAT(message_of<InputError>([&] { fit_preprocessing(dataset, {.min_features = 3}); }),
              HasSubstr("no cell is left"));
}

TEST(Preprocessing, AlignsNewDataByNameAndFillsMissingFeaturesWithZero) {
  const DenseMatrix counts = random_counts(12, 9);
  const Dataset training = dataset_of(counts);
  const Preprocessing fitted = fit_preprocessing(training, {});
  const std::vector<Index> shuffled{5, 3, 0, 8, 1, 4, 7, 6};
  Dataset fresh = training;
  fresh.x = select_columns(training.x, shuffled);
  fresh.features = select_rows(training.features, shuffled);
  const Prepared prepared = apply_preprocessing(fitted, fresh);
  EXPECT_THAT(prepared.notes, ElementsAre(HasSubstr("F3")));
  EXPECT_EQ(prepared.features, training.features.names);
  const DenseMatrix found = to_dense(prepared.x);
  for (Index cell = 0; cell < 12; ++cell) {
    const float library = prepared.library[static_cast<std::size_t>(cell)];
    EXPECT_EQ(found(cell, 2), 0);
    EXPECT_NEAR(found(cell, 4), std::log1p(counts(cell, 4) * 1e4F / library), 1e-5F);
  }
}

TEST(Preprocessing, SaysWhatWasJudgedAndWhyAndHowToOverrule) {
  const Dataset counts = dataset_of(random_counts(12, 6));
  EXPECT_THAT(fit_preprocessing(counts, {.library_size = 50}).notes,
              Contains("the values look like counts (all are whole numbers); normalised to 50 per "
                       "cell, then ln(1 + x); --normalise changes that"));
}

TEST(Preprocessing, AnExplicitNormalisationIsDoneWhateverTheValuesLookLike) {
  const Dataset counts = dataset_of(random_counts(12, 6));
  const Preprocessing none = fit_preprocessing(counts, {.normalise = "none"});
  EXPECT_THAT(none.notes, Contains(HasSubstr("used as they are, as --normalise none says, which is "
                                             "unusual for such values")));
  EXPECT_EQ(to_dense(apply_preprocessing(none, counts).x).values, to_dense(counts.x).values);

  Dataset logs = counts;
  for (float& value : std::get<DenseMatrix>(logs.x).values) {
    value = std::log1p(value);
  }
  const Preprocessing twice = fit_preprocessing(logs, {.normalise = "library-log"});
  EXPECT_EQ(twice.normalise, "library-log");
  EXPECT_NO_THROW(apply_preprocessing(twice, logs));
  const Preprocessing arcsinh = fit_preprocessing(logs, {.normalise = "arcsinh"});
  EXPECT_NO_THROW(apply_preprocessing(arcsinh, logs));
}

TEST(Preprocessing, NewDataOnAnotherScaleAreRefusedUnlessTrusted) {
  const Dataset counts = dataset_of(random_counts(12, 6));
  Dataset logs = counts;
  for (float& value : std::get<DenseMatrix>(logs.x).values) {
    value = std::log1p(value);
  }
  const Preprocessing fitted = fit_preprocessing(counts, {});
  EXPECT_THAT(message_of<InputError>([&] { apply_preprocessing(fitted, logs); }),
              AllOf(HasSubstr("another scale"), HasSubstr("--trust-values")));
  EXPECT_NO_THROW(apply_preprocessing(fitted, logs, {.trust_values = true}));
}

TEST(Preprocessing, CountsBesideOtherValuesAreNamed) {
  Dataset scaled = dataset_of(dense(2, 3, {-1.5F, 0, 2, 1, 2, 3}));
  scaled.source.count_layers = {"counts", "raw"};
  EXPECT_THAT(
      fit_preprocessing(scaled, {}).notes,
      Contains("the file also holds counts: --layer counts takes that layer (likewise raw)"));
  Dataset counts = dataset_of(random_counts(12, 6));
  counts.source.count_layers = {"counts"};
  EXPECT_THAT(fit_preprocessing(counts, {}).notes, Each(Not(HasSubstr("--layer"))));
}

TEST(Preprocessing, ImagesAreNoCounts) {
  Dataset pixels = dataset_of(random_counts(12, 6));
  EXPECT_EQ(fit_preprocessing(pixels, {.images = true}).normalise, "none");
  pixels.source.image_width = 3;
  const Preprocessing fitted = fit_preprocessing(pixels, {});
  EXPECT_EQ(fitted.normalise, "none");
  EXPECT_THAT(fitted.notes, Contains(HasSubstr("look like images")));
  EXPECT_EQ(fit_preprocessing(pixels, {.normalise = "library-log"}).normalise, "library-log");
}

TEST(Preprocessing, OnlyUsedValuesMustBeFinite) {
  DenseMatrix values = dense(3, 3, {0.5F, NAN, 2, 1.5F, 3, 4.5F, 2.5F, 1, 0});
  const Dataset dataset = dataset_of(values);
  EXPECT_THAT(message_of<InputError>([&] { fit_preprocessing(dataset, {}); }),
              AllOf(HasSubstr("feature 'F2'"), HasSubstr("--exclude 'F2'")));
  const Preprocessing without = fit_preprocessing(dataset, {.exclude = {"F2"}});
  EXPECT_THAT(to_dense(apply_preprocessing(without, dataset).x).values,
              ElementsAre(0.5F, 2, 1.5F, 4.5F, 2.5F, 0));
  EXPECT_THAT(fit_preprocessing(dataset, {.features = "F1,F3"}).features, ElementsAre("F1", "F3"));
  EXPECT_THROW(fit_preprocessing(dataset, {.features = "F1,F2"}), InputError);
  EXPECT_THAT(message_of<InputError>([&] {
                fit_preprocessing(dataset, {.normalise = "library-log", .exclude = {"F2"}});
              }),
              HasSubstr("not a finite number"))
      << "library sizes are sums over all features";
}

TEST(Preprocessing, RefusesNonFiniteNegativeAndTooSmallData) {
  DenseMatrix counts = random_counts(12, 6);
  counts(3, 2) = NAN;
  EXPECT_THAT(message_of<InputError>([&] { fit_preprocessing(dataset_of(counts), {}); }),
              HasSubstr("cell 'C4' (row 4), feature 'F3'"));
  counts(3, 2) = -1;
  EXPECT_THAT(message_of<InputError>([&] { fit_preprocessing(dataset_of(counts), {}); }),
              HasSubstr("found: -1"));
  const Preprocessing fitted = fit_preprocessing(dataset_of(random_counts(12, 6)), {});
  EXPECT_THROW(apply_preprocessing(fitted, dataset_of(counts)), InputError);
  EXPECT_THAT(message_of<InputError>([] {
                fit_preprocessing(dataset_of(dense(1, 2, {1, 2})), {});
              }),
              HasSubstr("1 cells and 2 features"));
  EXPECT_THAT(message_of<InputError>([] {
                fit_preprocessing(dataset_of(dense(2, 1, {1, 2})), {});
              }),
              HasSubstr("2 cells and 1 features"));
  EXPECT_THAT(message_of<InputError>(
                  [] { fit_preprocessing(dataset_of(random_counts(12, 6)), {.exclude = {"F*"}}); }),
              HasSubstr("too few features are left"));
}

TEST(Preprocessing, OneNewCellIsEnough) {
  const Preprocessing fitted = fit_preprocessing(dataset_of(random_counts(12, 6)), {});
  EXPECT_EQ(apply_preprocessing(fitted, dataset_of(random_counts(1, 6))).cell_count(), 1);
}

TEST(Preprocessing, NewCellsWithoutAnyValueAreLeftOut) {
  const Preprocessing fitted = fit_preprocessing(dataset_of(random_counts(12, 6)), {});
  const Prepared prepared =
      apply_preprocessing(fitted, dataset_of(dense(2, 6, {0, 0, 0, 0, 0, 0, 1, 0, 2, 0, 0, 3})));
  EXPECT_THAT(prepared.kept_cells, ElementsAre(1));
  EXPECT_THAT(prepared.notes, ElementsAre("left out: 1 cell without any non-zero value"));
}

TEST(Preprocessing, DispersionWorksOnLinearValuesAndRefusesScaledOnes) {
  const Dataset dataset = dataset_of(sparse_of(random_counts(40, 30)));
  const Preprocessing fitted =
      fit_preprocessing(dataset, {.select = "dispersion", .features = "10"});
  EXPECT_EQ(fitted.features.size(), 10U);
  EXPECT_TRUE(std::ranges::is_sorted(fitted.positions));
  const Dataset scaled = dataset_of(dense(2, 3, {-1.5F, 0, 2, 1, 2, 3}));
  EXPECT_THAT(message_of<InputError>(
                  [&] { fit_preprocessing(scaled, {.select = "dispersion", .features = "2"}); }),
              HasSubstr("--select variance"));
}

TEST(PreprocessingOptions, DescribeEveryFieldOnce) {
  PreprocessingOptions wanted;
  const Options described = options(wanted);
  set_option(find_option(described, "features"), "500");
  set_option(find_option(described, "library-size"), "auto");
  set_option(find_option(described, "exclude"), "mt-*,Rpl*");
  EXPECT_EQ(wanted.features, "500");
  EXPECT_FALSE(wanted.library_size.has_value());
  EXPECT_THAT(wanted.exclude, ElementsAre("mt-*", "Rpl*"));
  EXPECT_THROW(set_option(find_option(described, "select"), "entropy"), UsageError);
}

}  // namespace preprocessing_test
}  // namespace mixvae
