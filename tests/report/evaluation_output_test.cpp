#include "report/evaluation_output.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace mixvae::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

analysis::Evaluation scores() {
  analysis::Evaluation evaluation;
  evaluation.accuracy = 0.75;
  evaluation.accuracy_arms = 0.5;
  evaluation.k_used = 3;
  evaluation.labels = 4;
  evaluation.cells = 1200;
  evaluation.consensus = 0.875;
  evaluation.all_arms_equal = 0.75;
  return evaluation;
}

TEST(EvaluationJson, HasTheContractsKeys) {
  const auto json = nlohmann::json::parse(evaluation_json(scores()));
  for (const char* key : {"accuracy", "nmi", "ari", "f_weighted", "f_matched", "amp",
                          "kl_abundance", "silhouette", "consensus", "k_used"}) {
    EXPECT_TRUE(json.contains(key)) << key;
  }
  EXPECT_EQ(json["accuracy"], 0.75);
  EXPECT_EQ(json["consensus"], 0.875);
  EXPECT_TRUE(json["silhouette"].is_null());
  EXPECT_FALSE(json.contains("tree"));
}

TEST(EvaluationJson, ATreeWithoutWrongCellsHasNoDistance) {
  analysis::Evaluation evaluation = scores();
  evaluation.tree = metrics::TreeDistance{.mean = std::nan("")};
  EXPECT_TRUE(
      nlohmann::json::parse(evaluation_json(evaluation))["tree"]["mean_distance"].is_null());
}

TEST(EvaluationOutput, TellsDisentanglementWhereFactorsAreKnown) {
  analysis::Evaluation evaluation = scores();
  EXPECT_FALSE(nlohmann::json::parse(evaluation_json(evaluation)).contains("disentanglement"));
  evaluation.factor_names = {"shape", "x"};
  evaluation.disentanglement = metrics::Disentanglement{.score = 0.8125,
                                                        .held_out = 0.6875,
                                                        .active = {true, false},
                                                        .state_kl = {1.5, 0.0},
                                                        .counts = {1, 5, 0, 0, 7, 0},
                                                        .votes = 13};
  const auto json = nlohmann::json::parse(evaluation_json(evaluation))["disentanglement"];
  EXPECT_EQ(json["score"], 0.8125);
  EXPECT_EQ(json["held_out"], 0.6875);
  ASSERT_EQ(json["latents"].size(), 3U);
  EXPECT_EQ(json["latents"][0]["latent"], "state 1");
  EXPECT_EQ(json["latents"][0]["votes"]["x"], 5);
  EXPECT_EQ(json["latents"][0]["kl"], 1.5);
  EXPECT_EQ(json["latents"][1]["active"], false);
  EXPECT_EQ(json["latents"][2]["latent"], "type");
  EXPECT_EQ(json["latents"][2]["votes"]["shape"], 7);
  EXPECT_THAT(evaluation_text(evaluation),
              AllOf(HasSubstr("0.812"), HasSubstr("0.688"), HasSubstr("1 active states")));
}

TEST(EvaluationText, NamesBothAccuracies) {
  const std::string text = evaluation_text(scores());
  EXPECT_THAT(text, HasSubstr("1,200 cells with label and type; 3 types, 4 labels"));
  EXPECT_THAT(text, HasSubstr("0.750"));
  EXPECT_THAT(text, HasSubstr("mean over arms"));
  EXPECT_THAT(text, HasSubstr("0.875"));
  EXPECT_THAT(text, Not(HasSubstr("tree distance")));
}

TEST(EvaluationOutput, TellsHowTrueTheConfidenceIsWhereThereIsOne) {
  analysis::Evaluation evaluation = scores();
  evaluation.reliability.probability.auroc_right = 0.625;
  EXPECT_THAT(evaluation_text(evaluation), Not(HasSubstr("confidence")));
  const auto without = nlohmann::json::parse(evaluation_json(evaluation))["reliability"];
  EXPECT_FALSE(without.contains("confidence"));
  EXPECT_TRUE(without["reproduced"].is_null());
  EXPECT_EQ(without["probability"]["auroc_right"], 0.625);
  evaluation.reliability.reproduced = 0.9375;
  evaluation.reliability.confidence =
      analysis::ScoreReliability{.auroc_right = 0.6875, .ece_reproduced = 0.03125};
  const auto with = nlohmann::json::parse(evaluation_json(evaluation))["reliability"];
  EXPECT_EQ(with["reproduced"], 0.9375);
  EXPECT_EQ(with["confidence"]["auroc_right"], 0.6875);
  EXPECT_EQ(with["confidence"]["ece_reproduced"], 0.03125);
  EXPECT_TRUE(with["confidence"]["ece_right"].is_null());
  EXPECT_THAT(evaluation_text(evaluation), AllOf(HasSubstr("confidence, AUROC"), HasSubstr("0.688"),
                                                 HasSubstr("0.031"), HasSubstr("reproduced")));
}

TEST(EvaluationOutput, HasNoConsensusOfOneArm) {
  analysis::Evaluation evaluation = scores();
  evaluation.consensus.reset();
  evaluation.all_arms_equal.reset();
  const auto json = nlohmann::json::parse(evaluation_json(evaluation));
  EXPECT_TRUE(json["consensus"].is_null());
  EXPECT_TRUE(json["all_arms_equal"].is_null());
  EXPECT_THAT(evaluation_text(evaluation), Not(HasSubstr("consensus")));
  EXPECT_THAT(evaluation_text(evaluation), Not(HasSubstr("mean over arms")));
}

}  // namespace
}  // namespace mixvae::report
