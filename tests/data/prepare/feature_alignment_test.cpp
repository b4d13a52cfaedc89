#include "data/prepare/feature_alignment.hpp"

#include <gtest/gtest.h>

#include "data/io/feature_names.hpp"
#include "data/small_datasets.hpp"

namespace mixvae {
namespace feature_alignment_test {

using test::message_of;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Preprocessing model_of(std::vector<std::string> features) {
  Preprocessing model;
  model.normalise = "none";
  model.source_features = 5;
  for (std::size_t f = 0; f < features.size(); ++f) {
    model.positions.push_back(static_cast<Index>(2 * f));
  }
  model.features = std::move(features);
  return model;
}

Dataset data_with(std::vector<std::string> features) {
  Dataset dataset = test::dataset_of(DenseMatrix(1, static_cast<Index>(features.size())));
  dataset.features.names = std::move(features);
  return dataset;
}

TEST(AlignFeatures, FindsReorderedAndMissingFeaturesByName) {
  const auto found = align_features(model_of({"A", "B", "C"}), data_with({"C", "x", "A"}), 0.5);
  EXPECT_THAT(found.columns, ElementsAre(2, -1, 0));
  EXPECT_THAT(found.notes, ElementsAre(HasSubstr("1 of the model's 3 features")));
  EXPECT_THAT(found.notes.front(), HasSubstr("B"));
  EXPECT_THAT(align_features(model_of({"A", "B"}), data_with({"A", "B"}), 1).notes, IsEmpty());
  EXPECT_THAT(align_features(model_of({"A", "B"}), data_with({"B", "A"}), 1).notes,
              ElementsAre(HasSubstr("another order")));
}

TEST(AlignFeatures, RefusesBelowTheThreshold) {
  const std::string text = message_of<InputError>([] {
    align_features(model_of({"A", "B", "C"}), data_with({"A", "ENSG1"}), 0.8);
  });
  EXPECT_THAT(text, HasSubstr("1 of 3; missing: B, C"));
  EXPECT_THAT(text, HasSubstr("at least 80 %"));
  EXPECT_THAT(text, HasSubstr("ENSG1"));
}

TEST(AlignFeatures, NamesTheAnnotationThatSharesFarMore) {
  const Preprocessing model = model_of({"A", "B", "C", "D"});
  Dataset data = data_with({"ENSG1", "ENSG2", "ENSG3", "ENSG4"});
  data.features.set({"chromosome", std::vector<std::string>{"1", "1", "A", "X"}});
  data.features.set({"gene symbol", std::vector<std::string>{"D", "B", "A", "C"}});
  const auto refused = [&](double least) {
    return message_of<InputError>([&] { align_features(model, data, least); });
  };
  EXPECT_THAT(refused(0.8),
              AllOf(HasSubstr("none of the model's features is in the data"), HasSubstr("0 of 4"),
                    HasSubstr("hint: --feature-names 'gene symbol': 'gene symbol' of the data's "
                              "features has 4 of 4; the data name"),
                    Not(HasSubstr("--min-shared"))));
  data.features.set({"gene symbol", Categorical{{"D", "B", "x"}, {0, 1, 2, -1}, false}});
  EXPECT_THAT(refused(0.8), HasSubstr("has 2 of 4, with --min-shared 0.5; the data name"));
  data.features.names = {"A", "x", "y", "z"};
  EXPECT_THAT(refused(0.8), AllOf(Not(HasSubstr("--feature-names")), HasSubstr("--min-shared")))
      << "2 are not far more than 1";
}

TEST(AlignFeatures, NamesTheFilesOwnNamesWhereOthersWereTaken) {
  Dataset data = data_with({"A", "B"});
  data.features.set({"id", std::vector<std::string>{"ENSG1", "ENSG2"}});
  name_features(data, "id");
  EXPECT_THAT(message_of<InputError>([&] {
                align_features(model_of({"A", "B"}), data, 0.8);
              }),
              HasSubstr("--feature-names own: the names in the file have 2 of 2"));
}

TEST(AlignFeatures, NothingSharedIsAlwaysRefused) {
  const std::string text = message_of<InputError>([] {
    align_features(model_of({"A", "B"}), data_with({"x", "y"}), 0);
  });
  EXPECT_THAT(text, AllOf(HasSubstr("none of the model's features"), HasSubstr("at least one"),
                          Not(HasSubstr("--min-shared"))));
  EXPECT_THAT(align_features(model_of({"A", "B"}), data_with({"x", "B"}), 0).columns,
              ElementsAre(-1, 1));
}

TEST(AlignFeatures, TellsRepeatedNamesApartAsInTraining) {
  const auto found = align_features(model_of({"A-1", "B"}), data_with({"A", "B", "A"}), 1);
  EXPECT_THAT(found.columns, ElementsAre(2, 1));
  EXPECT_THAT(found.notes.front(), HasSubstr("occur more than once"));
}

TEST(AlignFeatures, GoesByPositionWhereNamesAreMadeUp) {
  Dataset unnamed = data_with({"F1", "F2", "F3", "F4", "F5"});
  unnamed.source.features_unnamed = true;
  const auto found = align_features(model_of({"A", "B"}), unnamed, 0.8);
  EXPECT_THAT(found.columns, ElementsAre(0, 2));
  EXPECT_THAT(found.notes, ElementsAre(HasSubstr("by position")));
  unnamed = data_with({"F1", "F2"});
  unnamed.source.features_unnamed = true;
  EXPECT_THAT(message_of<InputError>([&] {
                align_features(model_of({"A", "B"}), unnamed, 0.8);
              }),
              HasSubstr("found: 2 columns"));
  Preprocessing model = model_of({"F1", "F3"});
  model.features_unnamed = true;
  EXPECT_THROW(align_features(model, data_with({"F1", "F3"}), 0.8), InputError);
}

}  // namespace feature_alignment_test
}  // namespace mixvae
