#include "fit/fit_options.hpp"

#include <algorithm>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "models/moe_sim_vae_options.hpp"

namespace mixvae::fit {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

template <class Function>
std::string refusal(Function function) {
  try {
    function();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

std::string value(FitOptions fit, const std::string& name) {
  return option_text(find_option(options(fit), name));
}

TEST(FitOptions, ThePaperHasNeighboursOnAUmap) {
  const FitOptions fit = fit_options("moe-sim-vae", "paper-exact");
  EXPECT_EQ(fit.settings.model, "moe-sim-vae");
  EXPECT_EQ(fit.settings.preset, "paper-exact");
  EXPECT_EQ(fit.neighbour_space.space, "umap");
  EXPECT_EQ(fit.similarity.neighbours, 10);
  EXPECT_EQ(fit.training.batch_size, 128);
  const auto& model = fit.model.as<models::MoeSimVaeOptions>();
  EXPECT_EQ(model.objective.terms, models::TermScale::sum);
}

TEST(FitOptions, ThePapersDataSetsHaveItsTable) {
  const auto of = [](const std::string& preset, const std::string& name) {
    return value(fit_options("moe-sim-vae", preset), name);
  };
  const std::vector<std::vector<std::string>> table = {
      {"mnist", "10", "128", "68", "20000", "0.487", "0.024", "1e-04", "elu"},
      {"organs", "7", "256", "20", "20000", "1", "0.2", "0.001", "elu"},
      {"weber", "25", "128", "9", "30000", "1", "0", "0.001", "relu"},
      {"bodenmiller", "15", "128", "9", "20000", "1", "0", "0.005", "relu"}};
  for (const std::vector<std::string>& row : table) {
    const std::vector<std::string> names = {"types",         "batch-size",     "latent",
                                            "steps",         "reconstruction", "mixture-kl",
                                            "learning-rate", "activation"};
    for (std::size_t i = 0; i < names.size(); ++i) {
      EXPECT_EQ(of(row[0], names[i]), row[i + 1]) << row[0] << " " << names[i];
    }
    EXPECT_EQ(of(row[0], "terms"), "sum");
  }
  EXPECT_EQ(of("weber", "umap-metric"), "canberra");
  EXPECT_EQ(of("weber", "umap-input"), "features");
  EXPECT_EQ(of("mnist", "expert-network"), "convolutional");
}

// Cross-entropies of values above 1 have no lower bound; new cells are kept within the range
// (Preprocessing.UnitScaleUsesTheTrainingRangeAndClampsNewData).
TEST(FitOptions, ThePaperReadsValuesWithinTheRangeOfItsLikelihood) {
  for (const std::string preset : {"paper-exact", "reference"}) {
    const FitOptions fit = fit_options("moe-sim-vae", preset);
    EXPECT_EQ(value(fit, "likelihood"), "bernoulli");
    EXPECT_EQ(fit.preprocessing.scale, "unit");
    EXPECT_EQ(fit.settings.space, Space::features);
  }
}

TEST(FitOptions, TheReferenceHasKnownTypesAndItsOptimiser) {
  const FitOptions fit = fit_options("moe-sim-vae", "reference");
  EXPECT_EQ(fit.similarity.similarity, "none");
  EXPECT_EQ(fit.training.adam_beta2, 0.99);
  EXPECT_EQ(value(fit, "known-term"), "binary");
  EXPECT_EQ(value(fit, "terms"), "mean");
}

TEST(FitOptions, TheDefaultRuleIsThatOfEachModel) {
  EXPECT_EQ(value(FitOptions(), "augment"), "neighbours");
  EXPECT_EQ(value(FitOptions(), "similar-share"), "0.2");
  EXPECT_EQ(value(FitOptions(), "similarity-different"), "0.25");
  const FitOptions moe = fit_options("moe-sim-vae");
  EXPECT_EQ(value(moe, "augment"), "none");
  EXPECT_EQ(value(moe, "similarity"), "knn");
  EXPECT_EQ(value(moe, "similarity-different"), "1");
  EXPECT_EQ(value(moe, "prune"), "no");
  EXPECT_EQ(value(moe, "latent"), "10");
}

TEST(FitOptions, APresetOfAnotherModelIsRefusedNamingIt) {
  EXPECT_THAT(refusal([] { fit_options("cpl-mixvae", "reference"); }),
              AllOf(HasSubstr("cpl-mixvae has no preset of this name"), HasSubstr("'reference'"),
                    HasSubstr("default, published"), HasSubstr("--model moe-sim-vae")));
  EXPECT_THAT(refusal([] { fit_options("cpl-mixvae", "publisht"); }),
              HasSubstr("cpl-mixvae has no preset of this name"));
  EXPECT_THAT(refusal([] { fit_options("cplmixvae"); }),
              AllOf(HasSubstr("there is no model of this name"), HasSubstr("jointvae")));
}

TEST(FitOptions, OfAModelHaveNamesOfTheirOwn) {
  for (const std::string& model : models::model_names()) {
    FitOptions fit = fit_options(model);
    std::set<std::string> names;
    for (const Option& option : options(fit)) {
      EXPECT_TRUE(names.insert(option.name).second) << model << " " << option.name;
    }
  }
}

TEST(FitOptions, WhatAModelDoesNotTakeIsNotThere) {
  for (const std::string model : {"jointvae", "cascadevae"}) {
    FitOptions fit = fit_options(model);
    const Options table = options(fit);
    for (const std::string name : {"arms", "tau", "coupling", "similarity", "known-types", "start",
                                   "prune", "state-epochs", "routing"}) {
      EXPECT_EQ(std::ranges::find(table, name, &Option::name), table.end()) << model << " " << name;
    }
  }
}

}  // namespace
}  // namespace mixvae::fit
