#include "data/prepare/type_libraries.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "data/small_datasets.hpp"

namespace mixvae {
namespace type_libraries_test {

using test::dense;
using test::message_of;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Three cells of two genes and two antibodies; the last cell has no antibodies.
Dataset two_types(const std::vector<std::string>& types = {"Gene Expression", "Antibody Capture",
                                                           "Gene Expression", "Antibody Capture"}) {
  Dataset dataset = test::dataset_of(dense(3, 4, {1, 90, 3, 10, 2, 40, 2, 60, 4, 0, 4, 0}));
  dataset.features.set({kFeatureTypes, types});
  return dataset;
}

TEST(TypeLibraries, EachTypeHasItsOwnSums) {
  const TypeLibraries libraries = type_libraries(two_types());
  EXPECT_THAT(libraries.types, ElementsAre("Antibody Capture", "Gene Expression"));
  EXPECT_THAT(libraries.sums, ElementsAre(100, 4, 100, 4, 0, 8));
  EXPECT_EQ(libraries.total(0), 104);
}

TEST(TypeLibraries, OneTypeOrUnknownWordsAreNoTypes) {
  EXPECT_THAT(feature_types(two_types({"Peaks", "Peaks", "Peaks", "Peaks"})), IsEmpty());
  EXPECT_THAT(feature_types(two_types({"chr1", "chr2", "chr1", "chr2"})), IsEmpty());
  EXPECT_THAT(type_libraries(two_types({"chr1", "chr2", "chr1", "chr2"})).sums,
              ElementsAre(104, 104, 8));
}

TEST(TypeLibraries, NormaliseEachType) {
  const Preprocessing fitted = fit_preprocessing(two_types(), {.library_size = {}});
  EXPECT_THAT(fitted.types, ElementsAre("Antibody Capture", "Gene Expression"));
  EXPECT_THAT(fitted.type_library, ElementsAre(100, 4));
  EXPECT_THAT(fitted.notes,
              Contains(HasSubstr("100 (Antibody Capture) and 4 (Gene Expression) per cell")));
  const Preprocessing read_back = preprocessing_from_json(to_json(fitted));
  const DenseMatrix x = to_dense(apply_preprocessing(read_back, two_types()).x);
  const std::vector<double> linear = {1, 90, 3, 10, 2, 40, 2, 60, 2, 0, 2, 0};
  for (std::size_t i = 0; i < linear.size(); ++i) {
    EXPECT_NEAR(static_cast<double>(x.values[i]), std::log1p(linear[i]), 1e-5) << i;
  }
}

TEST(TypeLibraries, NewDataWithoutATypeOfTheFitAreRefused) {
  const Preprocessing fitted = fit_preprocessing(two_types(), {});
  Dataset genes = two_types();
  genes.features.columns.clear();
  EXPECT_THAT(message_of<InputError>([&] { apply_preprocessing(fitted, genes); }),
              AllOf(HasSubstr("Antibody Capture"),
                    HasSubstr("--feature-types 'Antibody Capture,Gene Expression'")));
}

}  // namespace type_libraries_test
}  // namespace mixvae
