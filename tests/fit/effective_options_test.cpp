#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/options.hpp"
#include "fit/fit_options.hpp"

namespace mixvae::fit {
namespace effective_options_test {

using testing::HasSubstr;

/// The refusal of a fit with these options set to these texts; empty where it is accepted.
std::string refusal(const std::vector<std::pair<std::string, std::string>>& settings,
                    const std::string& model = "cpl-mixvae",
                    const std::string& preset = "default") {
  FitOptions chosen = fit_options(model, preset);
  const Options table = options(chosen);
  for (const auto& [name, text] : settings) {
    set_option(find_option(table, name), text);
  }
  try {
    require_effective(chosen);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(EffectiveOptions, DefaultsOfEveryModelAndPresetAreAccepted) {
  EXPECT_EQ(refusal({}), "");
  EXPECT_EQ(refusal({}, "moe-sim-vae"), "");
  EXPECT_EQ(refusal({}, "cpl-mixvae", "published"), "");
  EXPECT_EQ(refusal({{"arms", "1"}}, "cpl-mixvae", "published"), "");
  EXPECT_EQ(refusal({{"distance", "d-sigma"}, {"variance-floor", "0.1"}}), "");
}

TEST(EffectiveOptions, DistanceNeedsTwoArms) {
  EXPECT_THAT(refusal({{"arms", "1"}, {"distance", "euclidean"}}),
              HasSubstr("--distance euclidean with --arms 1"));
  EXPECT_EQ(refusal({{"coupling", "1"}, {"distance", "euclidean"}}, "moe-sim-vae"), "");
}

TEST(EffectiveOptions, CouplingNeedsTwoArms) {
  EXPECT_THAT(refusal({{"arms", "1"}, {"coupling", "3"}}), HasSubstr("--coupling 3 with --arms 1"));
}

TEST(EffectiveOptions, EntropyIsForAnyNumberOfArms) {
  EXPECT_EQ(refusal({{"arms", "1"}, {"entropy", "1"}}), "");
  EXPECT_EQ(refusal({{"entropy", "1"}}, "moe-sim-vae"), "");
}

TEST(EffectiveOptions, DistanceNeedsAWeight) {
  EXPECT_THAT(refusal({{"coupling", "0"}, {"distance", "d-sigma"}}),
              HasSubstr("--distance d-sigma with --coupling 0"));
}

TEST(EffectiveOptions, VarianceFloorNeedsDSigma) {
  EXPECT_THAT(refusal({{"variance-floor", "0.5"}}),
              HasSubstr("--variance-floor 0.5 with --distance agreement"));
}

TEST(EffectiveOptions, RoutingNeedsExperts) {
  EXPECT_THAT(refusal({{"routing", "soft"}, {"decoder", "shared"}}),
              HasSubstr("--routing soft with --decoder shared"));
  EXPECT_EQ(refusal({{"routing", "soft"}, {"decoder", "experts"}}), "");
  EXPECT_EQ(refusal({{"routing", "soft"}}, "moe-sim-vae"), "");
}

TEST(EffectiveOptions, BalanceAndShareOfAStartNeedAStart) {
  EXPECT_THAT(refusal({{"start", "none"}, {"start-balance", "0.5"}}),
              HasSubstr("--start-balance 0.5 with --start none"));
  EXPECT_THAT(refusal({{"start", "none"}, {"start-share", "0.25"}}),
              HasSubstr("--start-share 0.25 with --start none"));
  EXPECT_THAT(refusal({{"start", "none"}, {"known-types", "celltype"}, {"start-share", "0.25"}}),
              HasSubstr("--start-share 0.25 with --start none"));
}

TEST(EffectiveOptions, OptionsOfStatesNeedStates) {
  const std::vector<std::pair<std::string, std::string>> options = {{"state-dropout", "0.5"},
                                                                    {"state-given-type", "false"},
                                                                    {"state-encoder", "shared"},
                                                                    {"beta", "2"},
                                                                    {"state-epochs", "1"}};
  for (const auto& [name, text] : options) {
    EXPECT_EQ(refusal({{name, text}}), "");
    EXPECT_THAT(refusal({{"states", "0"}, {name, text}}),
                HasSubstr("--" + name + " " + text + " with --states 0"));
  }
}

TEST(EffectiveOptions, NeighboursOfSimilarityNeedNeighbours) {
  for (const std::string name : {"similarity-neighbours", "similarity-different"}) {
    const std::string value = name == "similarity-different" ? "0.5" : "7";
    EXPECT_EQ(refusal({{"similarity", "knn"}, {name, value}}), "");
    for (const std::string other : {"none", "distance", "pairs.csv"}) {
      EXPECT_THAT(refusal({{"similarity", other}, {name, value}}),
                  HasSubstr("--" + name + " " + value + " with --similarity " + other));
    }
  }
  EXPECT_THAT(refusal({{"similarity", "none"}, {"similarity-scope", "data"}}),
              HasSubstr("--similarity-scope data with --similarity none"));
}

TEST(EffectiveOptions, DifferentPairsNeedABatch) {
  EXPECT_THAT(
      refusal(
          {{"similarity", "knn"}, {"similarity-scope", "data"}, {"similarity-different", "0.5"}}),
      HasSubstr("--similarity-different 0.5 with --similarity-scope data"));
}

TEST(EffectiveOptions, DistanceOfSimilarityNeedsDistances) {
  EXPECT_EQ(refusal({{"similarity", "distance"}, {"similarity-distance", "3"}}), "");
  EXPECT_THAT(refusal({{"similarity", "knn"}, {"similarity-distance", "3"}}),
              HasSubstr("--similarity-distance 3 with --similarity knn"));
}

TEST(EffectiveOptions, TermOfSimilarityNeedsSimilaritiesOrWeakLabels) {
  const std::vector<std::pair<std::string, std::string>> options = {
      {"similarity-weight", "2"}, {"similar-share", "0.25"}, {"similarity-parts", "positive"}};
  for (const auto& [name, text] : options) {
    EXPECT_THAT(refusal({{"similarity", "none"}, {name, text}}),
                HasSubstr("--" + name + " " + text + " with --similarity none"));
    EXPECT_EQ(refusal({{"similarity", "none"}, {"known-types", "celltype"}, {name, text}}), "");
    EXPECT_EQ(refusal({{"similarity", "none"}, {"pairs", "pairs.csv"}, {name, text}}), "");
    EXPECT_EQ(refusal({{"similarity", "knn"}, {name, text}}), "");
  }
  EXPECT_THAT(
      refusal({{"similarity", "knn"}, {"similarity-weight", "0"}, {"similar-share", "0.25"}}),
      HasSubstr("--similar-share 0.25 with --similarity-weight 0"));
}

TEST(EffectiveOptions, ExpertsOptionsNeedWhatTheyBelongTo) {
  const std::vector<std::array<std::string, 4>> cases = {
      {"depict-pass", "clean", "noise-dropout", "0.25"},
      {"encoder", "dense", "convolutions", "3"},
      {"encoder", "dense", "image-width", "28"},
      {"gating-layers", "0", "gating-hidden", "7"},
      {"mixture-kl", "0", "kl-direction", "reverse"},
      {"mixture-kl", "0", "kl-direction", "reverse"}};
  for (const auto& [switching, off, name, value] : cases) {
    EXPECT_THAT(refusal({{switching, off}, {name, value}}, "moe-sim-vae"),
                HasSubstr("--" + name + " " + value + " with --" + switching + " " + off));
  }
  EXPECT_EQ(refusal({{"noise-dropout", "0.25"}}, "moe-sim-vae"), "");
  EXPECT_EQ(refusal({{"encoder", "convolutional"}, {"image-width", "28"}}, "moe-sim-vae"), "");
  EXPECT_EQ(refusal({{"gating-hidden", "7"}, {"kl-direction", "reverse"}}, "moe-sim-vae"), "");
  EXPECT_EQ(refusal({{"centre-momentum", "0.5"}}, "moe-sim-vae"), "");
}

TEST(EffectiveOptions, TheTargetNeedsCopiesAndArms) {
  EXPECT_EQ(refusal({{"target", "original"}}), "");
  EXPECT_THAT(refusal({{"augment", "none"}, {"target", "original"}}),
              HasSubstr("--target original with --augment none"));
}

TEST(EffectiveOptions, EveryAugmentationHasOptionsOfItsOwn) {
  const std::vector<std::array<std::string, 3>> cases = {{"neighbours", "neighbours", "7"},
                                                         {"noise", "noise", "0.25"},
                                                         {"thin", "keep", "0.5"},
                                                         {"affine", "affine-shift", "1"},
                                                         {"affine", "affine-rotation", "30"},
                                                         {"affine", "affine-stretch", "0.5"},
                                                         {"affine", "affine-shear", "0.5"}};
  for (const auto& [augment, name, value] : cases) {
    EXPECT_EQ(refusal({{"augment", augment}, {name, value}}), "");
    for (const std::string other : {"none", "noise", "thin", "neighbours", "affine"}) {
      if (other != augment) {
        EXPECT_THAT(refusal({{"augment", other}, {name, value}}),
                    HasSubstr("--" + name + " " + value + " with --augment " + other));
      }
    }
  }
  EXPECT_THAT(refusal({{"neighbours", "7"}}, "moe-sim-vae"), HasSubstr("with --augment none"));
}

TEST(EffectiveOptions, OptionsOfUmapNeedUmap) {
  const std::vector<std::pair<std::string, std::string>> options = {{"umap-neighbours", "7"},
                                                                    {"umap-input", "features"},
                                                                    {"umap-metric", "cosine"},
                                                                    {"umap-min-dist", "0.5"}};
  for (const auto& [name, value] : options) {
    EXPECT_EQ(refusal({{"neighbour-space", "umap"}, {name, value}}), "");
    for (const std::string space : {"pca", "features", "X_umap"}) {
      EXPECT_THAT(refusal({{"neighbour-space", space}, {name, value}}),
                  HasSubstr("--" + name + " " + value + " with --neighbour-space " + space));
    }
  }
}

TEST(EffectiveOptions, AStoredEmbeddingIsNotStraightened) {
  for (const std::string space : {"pca", "features", "umap"}) {
    EXPECT_EQ(refusal({{"neighbour-space", space}, {"straighten", "true"}}), "");
  }
  EXPECT_THAT(refusal({{"neighbour-space", "X_umap"}, {"straighten", "true"}}),
              HasSubstr("--straighten true with --neighbour-space X_umap"));
}

TEST(EffectiveOptions, ASpaceOfNeighboursNeedsAReader) {
  using Settings = std::vector<std::pair<std::string, std::string>>;
  const Settings unread = {{"start", "none"}, {"augment", "noise"}, {"similarity", "none"}};
  for (const auto& [name, value] :
       {std::pair("neighbour-space", "umap"), std::pair("straighten", "true")}) {
    Settings settings = unread;
    settings.emplace_back(name, value);
    EXPECT_THAT(refusal(settings),
                HasSubstr(std::string("--") + name + " " + value +
                          " with --start none, --augment noise, --similarity none"));
    for (std::size_t reader = 0; reader < unread.size(); ++reader) {
      Settings with_reader = settings;
      with_reader[reader].second = std::array{"kmeans", "neighbours", "knn"}[reader];
      EXPECT_EQ(refusal(with_reader), "") << with_reader[reader].first;
    }
    settings.emplace_back("known-types", "celltype");  // learned without a start, too
    EXPECT_THAT(refusal(settings), HasSubstr(std::string("--") + name));
  }
}

TEST(EffectiveOptions, OptionsOfPruningNeedPruning) {
  const std::vector<std::pair<std::string, std::string>> options = {{"min-consensus", "0.75"},
                                                                    {"prune-share", "0.25"},
                                                                    {"prune-rounds", "7"},
                                                                    {"prune-epochs", "0.5"}};
  for (const auto& [name, value] : options) {
    const std::string option = "--" + name + " " + value;
    EXPECT_EQ(refusal({{"start", "none"}, {name, value}}), "");
    EXPECT_THAT(refusal({{name, value}}),
                HasSubstr(option + " with --prune auto, --start consensus"));
    EXPECT_EQ(refusal({{"types", "9"}, {"prune", "yes"}, {name, value}}), "");
    EXPECT_THAT(refusal({{"types", "9"}, {name, value}}),
                HasSubstr(option + " with --prune auto, --types 9"));
    EXPECT_THAT(refusal({{"prune", "no"}, {name, value}}), HasSubstr(option + " with --prune no"));
    if (name != "prune-rounds") {
      EXPECT_THAT(refusal({{"prune", "yes"}, {"prune-rounds", "0"}, {name, value}}),
                  HasSubstr(option + " with --prune-rounds 0"));
    }
  }
}

TEST(EffectiveOptions, PatienceNeedsEarlyStopping) {
  EXPECT_EQ(refusal({{"early-stopping", "true"}, {"patience", "7"}}), "");
  EXPECT_THAT(refusal({{"early-stopping", "false"}, {"patience", "7"}}),
              HasSubstr("--patience 7 with --early-stopping false"));
}

TEST(EffectiveOptions, ThoseOfThePreprocessingAreAskedToo) {
  EXPECT_THAT(refusal({{"normalise", "log"}, {"cofactor", "5"}}),
              HasSubstr("--cofactor 5 with --normalise log"));
}

TEST(EffectiveOptions, WeightsOfWeakLabelsNeedThem) {
  for (const auto& [name, value] :
       {std::pair("known-weight", "2"), std::pair("known-term", "binary")}) {
    EXPECT_THAT(refusal({{name, value}}), HasSubstr("with no --known-types, no --signatures"));
    EXPECT_EQ(refusal({{"known-types", "celltype"}, {name, value}}), "");
    EXPECT_EQ(refusal({{"signatures", "CD79A=B"}, {name, value}}), "");
  }
  EXPECT_THAT(refusal({{"prior-weight", "2"}}), HasSubstr("with no --reference-prior"));
  EXPECT_EQ(refusal({{"reference-prior", "prior.csv"}, {"prior-weight", "2"}}), "");
}

TEST(EffectiveOptions, ComponentsNeedAReader) {
  EXPECT_THAT(refusal({{"space", "features"}, {"components", "7"}}, "jointvae"),
              HasSubstr("--components 7 with --space features"));
  EXPECT_EQ(refusal({{"space", "features"}, {"components", "7"}}), "");
}

TEST(EffectiveOptions, CapacitiesNeedStatesAndWeights) {
  EXPECT_THAT(refusal({{"states", "0"}, {"state-weight", "7"}}, "jointvae"),
              HasSubstr("--state-weight 7 with --states 0"));
  EXPECT_THAT(refusal({{"type-weight", "0"}, {"type-capacity", "3"}}, "jointvae"),
              HasSubstr("--type-capacity 3 with --type-weight 0"));
  EXPECT_THAT(
      refusal({{"depict-weight", "0"}, {"start", "none"}, {"noise-dropout", "0.2"}}, "moe-sim-vae"),
      HasSubstr("--noise-dropout 0.2 with --depict-weight 0, --coupling 0, --start none"));
}

TEST(EffectiveOptions, ThePretrainingsRateNeedsAPretraining) {
  EXPECT_THAT(refusal({{"pretraining-share", "0"}, {"pretraining-rate", "2"}}, "vade"),
              HasSubstr("--pretraining-rate 2 with --pretraining-share 0"));
  EXPECT_EQ(refusal({{"pretraining-rate", "2"}}, "vade"), "");
}

TEST(EffectiveOptions, PresetsOfEveryModelAreAccepted) {
  for (const models::ModelSpec& spec : models::model_specs()) {
    for (const models::Preset& preset : spec.presets) {
      EXPECT_EQ(refusal({}, spec.name, preset.name), "") << spec.name << " " << preset.name;
    }
  }
}

TEST(EffectiveOptions, ProductsOf16BitNumbersAreOfKernelsAndASharedDecoder) {
  EXPECT_THAT(refusal({{"precision", "bf16"}, {"kernels", "plain"}}),
              HasSubstr("--precision bf16 with --kernels plain"));
  EXPECT_THAT(refusal({{"precision", "bf16"}, {"decoder", "experts"}}),
              HasSubstr("--precision bf16 with --decoder experts"));
}

}  // namespace effective_options_test
}  // namespace mixvae::fit
