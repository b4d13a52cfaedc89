#include "app/clustering_output.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace mixvae::app {
namespace {

using testing::HasSubstr;
using testing::Not;

analysis::Clustering two_types_and_noise() {
  analysis::Clustering found;
  found.method = "hdbscan";
  found.type_names = {"T1", "T2", "noise"};
  found.types = {0, 0, 1, 2, -1};
  found.has_noise = true;
  found.left_out = 1;
  return found;
}

TEST(ClusteringOutput, AddsTypesWithColorsAndTheMethod) {
  const Additions additions = clustering_additions(two_types_and_noise(), "p");
  ASSERT_EQ(additions.cells.size(), 1U);
  EXPECT_EQ(additions.cells[0].name, "p_type");
  EXPECT_EQ(std::get<Categorical>(additions.cells[0].values).codes.back(), -1);
  const auto colors =
      std::get<std::vector<std::string>>(additions.unstructured.at("p_type_colors"));
  EXPECT_EQ(colors.size(), 3U);
  EXPECT_EQ(colors.back(), "#bbbbbb");
  EXPECT_EQ(std::get<std::string>(additions.unstructured.at("p/method")), "hdbscan");
  EXPECT_TRUE(additions.arrays.empty());
  EXPECT_EQ(additions.record, "p");
}

TEST(ClusteringOutput, AddsCoordinatesUnderTheirUsualName) {
  analysis::Clustering found;
  found.method = "umap";
  found.coordinates = DenseMatrix(4, 2);
  const Additions additions = clustering_additions(found, "p");
  EXPECT_TRUE(additions.cells.empty());
  EXPECT_EQ(additions.arrays.at("X_umap").columns, 2);
  EXPECT_EQ(additions.record, "p_umap") << "types of the prefix stay";
  EXPECT_TRUE(additions.unstructured.contains("p_umap/method"));
  EXPECT_THAT(clustering_text(found, {}), HasSubstr("2 coordinates of 4 cells"));
}

TEST(ClusteringOutput, PrintsSizesAndScores) {
  std::map<std::string, double> scores{
      {"accuracy", 0.5}, {"nmi", 0.25}, {"ari", 0.125}, {"f_weighted", 0.75}, {"f_matched", 0.625}};
  const std::string text = clustering_text(two_types_and_noise(), scores);
  EXPECT_THAT(text, HasSubstr("50.0 %"));
  EXPECT_THAT(text, HasSubstr("0.625"));
  EXPECT_THAT(text, Not(HasSubstr("F rare")));
  scores["f_rare"] = 0.375;
  EXPECT_THAT(clustering_text(two_types_and_noise(), scores), HasSubstr("0.375"));
  const auto parsed = nlohmann::json::parse(clustering_json(two_types_and_noise(), scores));
  EXPECT_EQ(parsed["types"][2]["name"], "noise");
  EXPECT_EQ(parsed["types"][0]["cells"], 2);
  EXPECT_EQ(parsed["ari"], 0.125);
  EXPECT_EQ(parsed["left_out"], 1);
}

}  // namespace
}  // namespace mixvae::app
