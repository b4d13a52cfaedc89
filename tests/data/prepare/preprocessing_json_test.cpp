#include <gtest/gtest.h>

#include "data/prepare/preprocessing.hpp"
#include "data/small_datasets.hpp"

namespace mixvae {
namespace preprocessing_json_test {

using test::message_of;
using ::testing::HasSubstr;

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t found = text.find(from);
  EXPECT_NE(found, std::string::npos) << from;
  return text.replace(found, from.size(), to);
}

Preprocessing fitted() {
  return fit_preprocessing(test::dataset_of(test::random_counts(12, 6)),
                           {.features = "4", .scale = "half"});
}

TEST(PreprocessingJson, ReadsBackEqualAndPreparesEqual) {
  const Preprocessing written = fitted();
  const Preprocessing read = preprocessing_from_json(to_json(written));
  EXPECT_EQ(to_json(read), to_json(written));
  EXPECT_EQ(read.range, written.range);
  EXPECT_EQ(read.features, written.features);
  const Dataset dataset = test::dataset_of(test::random_counts(12, 6));
  EXPECT_EQ(to_dense(apply_preprocessing(read, dataset).x).values,
            to_dense(apply_preprocessing(written, dataset).x).values);
}

TEST(PreprocessingJson, KeepsHowTheDataWereRead) {
  Dataset dataset = test::dataset_of(test::random_counts(12, 6));
  const std::string plain = to_json(fit_preprocessing(dataset, {}));
  EXPECT_EQ(plain.find("layer"), std::string::npos) << "as models of earlier versions";
  EXPECT_EQ(preprocessing_from_json(plain).layer, "X");
  EXPECT_EQ(preprocessing_from_json(plain).modality, "");
  EXPECT_EQ(preprocessing_from_json(plain).feature_names, "");
  dataset.source.layer = "counts";
  dataset.source.modality = "rna";
  dataset.source.feature_names = "symbol";
  const Preprocessing read = preprocessing_from_json(to_json(fit_preprocessing(dataset, {})));
  EXPECT_EQ(read.layer, "counts");
  EXPECT_EQ(read.modality, "rna");
  EXPECT_EQ(read.feature_names, "symbol");
}

TEST(PreprocessingJson, RefusesBrokenText) {
  const std::string text = to_json(fitted());
  const auto refusal = [](const std::string& broken) {
    return message_of<InputError>([&] { preprocessing_from_json(broken); });
  };
  EXPECT_THAT(refusal(text.substr(0, text.size() / 2)), HasSubstr("cannot be read"));
  EXPECT_THAT(refusal("[]"), HasSubstr("cannot be read"));
  EXPECT_THAT(refusal(replaced(text, "\"library-log\"", "\"sqrt\"")), HasSubstr("'sqrt'"));
  EXPECT_THAT(refusal(replaced(text, "\"counts\"", "\"what\"")), HasSubstr("'what'"));
  EXPECT_THAT(refusal(replaced(text, "\"version\":1", "\"version\":9")), HasSubstr("version 9"));
  EXPECT_THAT(refusal(replaced(text, "\"half\"", "\"none\"")), HasSubstr("minimum and range"));
  EXPECT_THAT(refusal(replaced(text, "\"source_features\":6", "\"source_features\":1")),
              HasSubstr("position"));
  EXPECT_THAT(refusal(replaced(text, "\"positions\":[", "\"positions\":[0,")),
              HasSubstr("positions differ"));
}

}  // namespace preprocessing_json_test
}  // namespace mixvae
