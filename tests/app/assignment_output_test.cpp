#include "app/assignment_output.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace mixvae::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Three cells, the last without a type; two types, two arms, no states.
analysis::Assignment small_assignment() {
  const float missing = std::numeric_limits<float>::quiet_NaN();
  analysis::Assignment assignment;
  assignment.type_names = {"T1", "T2"};
  assignment.types = {0, 1, -1};
  assignment.type_probs = DenseMatrix(3, 2);
  assignment.type_prob = {0.75F, 0.5F, missing};
  assignment.consensus = {1, 0, missing};
  assignment.arm_types = {{0, 1, -1}, {0, 0, -1}};
  assignment.arm = 1;
  assignment.state = DenseMatrix(3, 0);
  assignment.latent = DenseMatrix(3, 4);
  assignment.arm_states = {DenseMatrix(3, 0), DenseMatrix(3, 0)};
  assignment.arm_latents = {DenseMatrix(3, 4), DenseMatrix(3, 4)};
  assignment.left_out = 1;
  return assignment;
}

std::vector<std::string> column_names(const Additions& additions) {
  std::vector<std::string> names;
  for (const Column& column : additions.cells) {
    names.push_back(column.name);
  }
  return names;
}

std::vector<std::string> array_names(const Additions& additions) {
  std::vector<std::string> names;
  for (const auto& [name, array] : additions.arrays) {
    names.push_back(name);
  }
  return names;
}

TEST(AssignmentAdditions, HaveTheContractsNames) {
  const Additions additions = assignment_additions(small_assignment(), {.prefix = "p"});
  EXPECT_THAT(column_names(additions), ElementsAre("p_type", "p_type_prob", "p_consensus"));
  EXPECT_THAT(array_names(additions), ElementsAre("X_p_latent", "p_type_probs"));
  EXPECT_EQ(additions.record, "p");
  const auto& types = std::get<Categorical>(additions.cells[0].values);
  EXPECT_THAT(types.categories, ElementsAre("T1", "T2"));
  EXPECT_THAT(types.codes, ElementsAre(0, 1, -1));
  EXPECT_EQ(std::get<std::int64_t>(additions.unstructured.at("p/arm")), 2);
  EXPECT_EQ(std::get<std::vector<std::string>>(additions.unstructured.at("p_type_colors")).size(),
            2U);
}

TEST(AssignmentAdditions, AllArmsComeOnRequest) {
  const Additions additions =
      assignment_additions(small_assignment(), {.prefix = "p", .all_arms = true});
  EXPECT_THAT(column_names(additions),
              ElementsAre("p_type", "p_type_prob", "p_consensus", "p_type_arm1", "p_type_arm2"));
  EXPECT_THAT(array_names(additions),
              ElementsAre("X_p_latent", "X_p_latent_arm1", "X_p_latent_arm2", "p_type_probs"));
}

TEST(AssignmentAdditions, ArraysAreThoseThatWereChosen) {
  const Additions additions = assignment_additions(
      small_assignment(), {.all_arms = true, .arrays = {.latent = false, .probs = false}});
  EXPECT_THAT(array_names(additions), ElementsAre());
}

TEST(AssignmentAdditions, OneArmHasNoConsensus) {
  analysis::Assignment assignment = small_assignment();
  assignment.consensus.clear();
  EXPECT_THAT(column_names(assignment_additions(assignment, {.prefix = "p"})),
              ElementsAre("p_type", "p_type_prob"));
  EXPECT_EQ(type_table(assignment).csv(),
            "type,cells,share,probability\nT1,1,33.3 %,0.750\nT2,1,33.3 %,0.500\n");
  EXPECT_TRUE(nlohmann::json::parse(type_json(assignment))["types"][0]["consensus"].is_null());
}

TEST(TypeTable, CountsCellsAndAverages) {
  EXPECT_EQ(type_table(small_assignment()).csv(),
            "type,cells,share,probability,consensus\n"
            "T1,1,33.3 %,0.750,1.000\nT2,1,33.3 %,0.500,0.000\n");
  const auto json = nlohmann::json::parse(type_json(small_assignment()));
  EXPECT_EQ(json["left_out"], 1);
  EXPECT_EQ(json["types"][0]["name"], "T1");
}

TEST(AssignmentAdditions, HoldTheNamesOfTypes) {
  analysis::Assignment assignment = small_assignment();
  assignment.labels = {"T1", "B cell"};
  assignment.novelty = {0.5F, 1.5F, 0.5F};
  assignment.confidence = {1, 1, 1};
  const Additions additions = assignment_additions(assignment, {.prefix = "p", .unknown = true});
  EXPECT_EQ(additions.cells[1].name, "p_label");
  const auto& labels = std::get<Categorical>(additions.cells[1].values);
  EXPECT_THAT(labels.categories, ElementsAre("T1", "B cell", "unknown"));
  EXPECT_THAT(labels.codes, ElementsAre(0, 2, -1));
  const auto colors =
      std::get<std::vector<std::string>>(additions.unstructured.at("p_label_colors"));
  const auto of_types =
      std::get<std::vector<std::string>>(additions.unstructured.at("p_type_colors"));
  EXPECT_EQ(colors, of_types);
  EXPECT_THAT(std::get<std::vector<std::string>>(additions.unstructured.at("p/labels")),
              ElementsAre("T1", "B cell"));
}

TEST(AssignmentAdditions, MergedTypesAreOneCategoryInTheColourOfTheFirst) {
  analysis::Assignment assignment = small_assignment();
  assignment.labels = {"lymphocyte", "lymphocyte"};
  const Additions additions = assignment_additions(assignment, {.prefix = "p"});
  const auto& labels = std::get<Categorical>(additions.cells[1].values);
  EXPECT_THAT(labels.categories, ElementsAre("lymphocyte"));
  EXPECT_THAT(labels.codes, ElementsAre(0, 0, -1));
  EXPECT_EQ(std::get<std::vector<std::string>>(additions.unstructured.at("p_label_colors")),
            (std::vector<std::string>{std::get<std::vector<std::string>>(
                additions.unstructured.at("p_type_colors"))[0]}));
  EXPECT_THAT(type_table(assignment).csv(), HasSubstr("T2,lymphocyte,1,"));
  EXPECT_EQ(nlohmann::json::parse(type_json(assignment))["types"][0]["label"], "lymphocyte");
}

TEST(TypeTable, HasConfidenceAndSupportWhereTheModelHas) {
  analysis::Assignment assignment = small_assignment();
  assignment.confidence = {0.25F, 0.875F, std::numeric_limits<float>::quiet_NaN()};
  assignment.novelty = {1.5F, 0.5F, std::numeric_limits<float>::quiet_NaN()};
  assignment.support = {0.5F, 1};
  EXPECT_EQ(type_table(assignment).csv(),
            "type,cells,share,probability,consensus,confidence,support\n"
            "T1,1,33.3 %,0.750,1.000,0.250,0.50\nT2,1,33.3 %,0.500,0.000,0.875,1.00\n");
  const auto json = nlohmann::json::parse(type_json(assignment));
  EXPECT_EQ(json["types"][1]["confidence"], 0.875);
  EXPECT_EQ(json["types"][0]["support"], 0.5);
  const Additions additions = assignment_additions(assignment, {.prefix = "p"});
  EXPECT_THAT(column_names(additions),
              ElementsAre("p_type", "p_type_prob", "p_consensus", "p_confidence", "p_novelty"));
  EXPECT_THAT(std::get<std::vector<double>>(additions.unstructured.at("p/type_confidence")),
              ElementsAre(0.25, 0.875));
  EXPECT_THAT(std::get<std::vector<double>>(additions.unstructured.at("p/type_support")),
              ElementsAre(0.5, 1));
}

TEST(TypeTable, CellsUnlikeAnyOfTheFitAreUnknownWhereAskedFor) {
  analysis::Assignment assignment = small_assignment();
  assignment.confidence = {0.25F, 0.875F, std::numeric_limits<float>::quiet_NaN()};
  assignment.novelty = {1.5F, 0.5F, std::numeric_limits<float>::quiet_NaN()};
  assignment.support = {0.5F, 1};
  EXPECT_THAT(written_types(assignment, false).codes, ElementsAre(0, 1, -1));
  const Categorical types = written_types(assignment, true);
  EXPECT_THAT(types.categories, ElementsAre("T1", "T2", "unknown"));
  EXPECT_THAT(types.codes, ElementsAre(2, 1, -1));
  EXPECT_EQ(type_table(assignment, true).csv(),
            "type,cells,share,probability,consensus,confidence,support\n"
            "T1,0,0.0 %,-,-,-,0.50\nT2,1,33.3 %,0.500,0.000,0.875,1.00\n"
            "unknown,1,33.3 %,0.750,1.000,-,-\n");
  EXPECT_TRUE(std::isnan(written_confidence(assignment, true)[0]));
  EXPECT_EQ(written_confidence(assignment, true)[1], 0.875F);
  EXPECT_EQ(written_confidence(assignment, false)[0], 0.25F);
  const auto json = nlohmann::json::parse(type_json(assignment, true));
  EXPECT_EQ(json["unknown"], 1);
  EXPECT_EQ(json["types"].size(), 2U);
  const Additions additions = assignment_additions(assignment, {.prefix = "p", .unknown = true});
  EXPECT_EQ(std::get<std::vector<std::string>>(additions.unstructured.at("p_type_colors")).size(),
            3U);
  EXPECT_EQ(std::get<std::vector<double>>(additions.unstructured.at("p/type_confidence")).size(),
            2U);
}

TEST(TypeTable, AnEmptyTypeHasNoMeans) {
  analysis::Assignment assignment = small_assignment();
  assignment.types = {0, 0, -1};
  EXPECT_THAT(type_table(assignment).csv(), HasSubstr("T2,0,0.0 %,-,-"));
  EXPECT_TRUE(nlohmann::json::parse(type_json(assignment))["types"][1]["probability"].is_null());
}

}  // namespace
}  // namespace mixvae::app
