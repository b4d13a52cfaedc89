#include "models/registry.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <typeinfo>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "models/cascade_vae.hpp"
#include "models/cpl_mixvae.hpp"
#include "models/info_gan.hpp"
#include "models/joint_vae.hpp"
#include "models/moe_sim_vae.hpp"
#include "models/vade.hpp"
#include "support/preset_options.hpp"
#include "support/refusal.hpp"

namespace mixvae::models {
namespace registry_test {

using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::Optional;

/// Options of a fit around the model (src/fit, src/training, src/data): the names that presets and
/// needs of the models may speak of.
const std::set<std::string>& options_of_the_fit() {
  static const std::set<std::string> kNames{
      "types",        "space",           "features",        "library-size",
      "scale",        "augment",         "similarity",      "similarity-different",
      "known-types",  "signatures",      "pairs",           "similarity-neighbours",
      "batch-size",   "epochs",          "steps",           "umap-metric",
      "umap-input",   "reference-prior", "neighbour-space", "learning-rate",
      "schedule",     "adam-beta1",      "adam-beta2",      "normalise",
      "trust-values", "affine-rotation", "straighten"};
  return kNames;
}

Options table_of(ModelOptions& options) { return options.all(); }

std::vector<std::string> names_of(const ModelSpec& spec) {
  ModelOptions options = spec.options;
  std::vector<std::string> names;
  for (const Option& option : table_of(options)) {
    names.push_back(option.name);
  }
  return names;
}

std::set<std::string> names_of_all_models() {
  std::set<std::string> names;
  for (const ModelSpec& spec : model_specs()) {
    const std::vector<std::string> own = names_of(spec);
    names.insert(own.begin(), own.end());
  }
  return names;
}

Recipe recipe_of(const std::string& model, const ModelOptions& options, std::int64_t epochs) {
  return model_spec(model).recipe(options, epochs);
}

TEST(Registry, ModelsAreNamedInTheOrderOfTheHelp) {
  EXPECT_THAT(model_names(), ElementsAre("cpl-mixvae", "moe-sim-vae", "jointvae", "cascadevae",
                                         "vade", "infogan"));
}

TEST(Registry, EveryModelIsMadeOfItsDefaults) {
  for (const ModelSpec& spec : model_specs()) {
    const auto model = spec.make({6, 3}, spec.options, 1);
    EXPECT_EQ(model->features(), 6) << spec.name;
    EXPECT_EQ(model->types(), 3) << spec.name;
    EXPECT_FALSE(spec.summary.empty());
    for (const ModelShape& shape : {ModelShape{6, 0}, ModelShape{0, 3}}) {
      EXPECT_THAT(support::refusal([&] { spec.make(shape, spec.options, 1); }),
                  HasSubstr("a model needs at least one feature and one type"))
          << spec.name;
    }
  }
}

TEST(Registry, OptionsOfSeveralModelsNameNone) {
  std::map<std::string, int> models;
  for (const ModelSpec& spec : model_specs()) {
    for (const Option& option : ModelOptions(spec.options).all()) {
      ++models[option.name];
    }
  }
  for (const ModelSpec& spec : model_specs()) {
    for (const Option& option : ModelOptions(spec.options).all()) {
      if (models[option.name] > 1) {
        EXPECT_THAT(option.meaning, testing::Not(HasSubstr("VAE"))) << option.name;
      }
    }
  }
}

TEST(Registry, NoModelHasTwoOptionsOfOneNameOrOneOfTheFits) {
  for (const ModelSpec& spec : model_specs()) {
    const std::vector<std::string> names = names_of(spec);
    EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size()) << spec.name;
    for (const std::string& name : names) {
      EXPECT_FALSE(options_of_the_fit().contains(name)) << spec.name << " " << name;
    }
  }
}

TEST(Registry, OptionsHaveAMeaningAndTheirDefaultsMayBeGiven) {
  for (const ModelSpec& spec : model_specs()) {
    ModelOptions options = spec.options;
    for (const Option& option : table_of(options)) {
      EXPECT_FALSE(option.meaning.empty()) << spec.name << " " << option.name;
      const std::string text = option_text(option);
      EXPECT_NO_THROW(set_option(option, text)) << spec.name << " " << option.name;
      EXPECT_EQ(option_text(option), text);
    }
  }
}

/// Names in "a=1|b!=2".
std::vector<std::string> names_in(const std::string& need) {
  std::vector<std::string> names;
  std::size_t begin = 0;
  while (begin < need.size()) {
    const std::size_t end = std::min(need.find('|', begin), need.size());
    names.push_back(need.substr(begin, need.find_first_of("!=", begin) - begin));
    begin = end + 1;
  }
  return names;
}

TEST(Registry, OptionsNeedOptionsThatThereAre) {
  const std::set<std::string> own = names_of_all_models();
  for (const ModelSpec& spec : model_specs()) {
    ModelOptions options = spec.options;
    for (const Option& option : table_of(options)) {
      for (const std::string& need : option.needs) {
        for (const std::string& name : names_in(need)) {
          EXPECT_TRUE(own.contains(name) || options_of_the_fit().contains(name))
              << "--" << option.name << " of " << spec.name << " needs --" << name;
        }
      }
    }
  }
}

TEST(Registry, TheFirstPresetIsTheDefault) {
  for (const ModelSpec& spec : model_specs()) {
    ASSERT_FALSE(spec.presets.empty());
    EXPECT_EQ(spec.presets.front().name, "default");
    std::set<std::string> names;
    for (const Preset& preset : spec.presets) {
      EXPECT_TRUE(names.insert(preset.name).second) << spec.name << " " << preset.name;
      EXPECT_FALSE(preset.source.empty()) << spec.name << " " << preset.name;
    }
  }
}

TEST(Registry, PresetsSetWhatThereIsAndWhatDiffersFromTheDefaults) {
  for (const ModelSpec& spec : model_specs()) {
    for (const Preset& preset : spec.presets) {
      ModelOptions options = spec.options;
      const Options table = table_of(options);
      std::set<std::string> seen;
      for (const auto& [name, value] : preset.settings) {
        SCOPED_TRACE(testing::Message()
                     << spec.name << ", " << preset.name << ": " << name << " " << value);
        EXPECT_TRUE(seen.insert(name).second) << "twice";
        const auto found = std::ranges::find(table, name, &Option::name);
        if (found == table.end()) {
          EXPECT_TRUE(options_of_the_fit().contains(name));
          continue;
        }
        EXPECT_NE(option_text(*found), value);
        EXPECT_NO_THROW(set_option(*found, value));
        EXPECT_EQ(option_text(*found), value);
      }
    }
  }
}

TEST(Registry, PresetsMakeModelsThatLearn) {
  for (const ModelSpec& spec : model_specs()) {
    for (const Preset& preset : spec.presets) {
      const auto model = spec.make({64, 3}, support::model_options(spec.name, preset.name), 1);
      Batch batch;
      batch.only().x = nn::uniform({8, 64}, {1, Purpose::test, 0}, {});
      const LossTerms terms = model->training_loss(batch);
      EXPECT_TRUE(term_named(terms, "loss").isfinite().item<bool>())
          << spec.name << " " << preset.name;
      EXPECT_NO_THROW(
          static_cast<void>(term_named(model->validation_loss(batch), model->monitor())));
    }
  }
}

TEST(Registry, AnUnknownModelIsRefusedWithAllNames) {
  try {
    model_spec("gmvae");
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_EQ(std::string(error.what()),
              "there is no model of this name\n  found: 'gmvae'\n"
              "  expected: cpl-mixvae, moe-sim-vae, jointvae, cascadevae, vade, infogan");
  }
  EXPECT_EQ(model_spec("jointvae").name, "jointvae");
}

std::string preset_refusal(const std::string& model, const std::string& preset) {
  try {
    preset_of(model_spec(model), preset);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(Registry, APresetOfAnotherModelIsRefusedByThatModelsName) {
  EXPECT_EQ(
      preset_refusal("cpl-mixvae", "genes"),
      "cpl-mixvae has no preset of this name\n  found: 'genes'\n"
      "  expected: default, published, smartseq-alm-visp, 10x-mop, mnist, dsprites\n  hint: it is "
      "a preset of --model jointvae and --model cascadevae");
  EXPECT_EQ(preset_refusal("jointvae", "fast"),
            "jointvae has no preset of this name\n  found: 'fast'\n"
            "  expected: default, mnist, dsprites, genes");
  EXPECT_EQ(preset_of(model_spec("moe-sim-vae"), "reference").name, "reference");
}

TEST(Registry, ImagesChooseAPresetByTheirSide) {
  const auto chosen = [](const std::string& model, std::int64_t width) {
    const Preset* preset = image_preset(model_spec(model), width);
    return preset == nullptr ? std::string("none") : preset->name;
  };
  for (const std::int64_t width : {19, 28, 32, 42}) {
    EXPECT_EQ(chosen("jointvae", width), "mnist") << width;
  }
  EXPECT_EQ(chosen("jointvae", 64), "dsprites");
  EXPECT_EQ(chosen("jointvae", 96), "dsprites");
  EXPECT_EQ(chosen("jointvae", 18), "none");
  EXPECT_EQ(chosen("jointvae", 97), "none");
  EXPECT_EQ(chosen("cpl-mixvae", 64), "dsprites");
  EXPECT_EQ(chosen("moe-sim-vae", 28), "images");
  EXPECT_EQ(chosen("moe-sim-vae", 64), "none");
  EXPECT_EQ(chosen("infogan", 28), "mnist");
}

TEST(Registry, ConvolutionalNetworksNeedImages) {
  for (const char* model : {"cpl-mixvae", "jointvae", "infogan"}) {
    ModelOptions options = model_spec(model).options;
    EXPECT_FALSE(recipe_of(model, options, 10).image) << model;
    set_option(find_option(table_of(options), "network"), "convolutional");
    set_option(find_option(table_of(options), "image-width"), "18");
    EXPECT_THAT(recipe_of(model, options, 10).image, Optional(Field(&ImageNeed::width, 18)))
        << model;
  }
}

TEST(Registry, PresetNamesAreThoseOfAllModelsEachOnce) {
  const std::vector<std::string> names = preset_names();
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
  for (const ModelSpec& spec : model_specs()) {
    for (const Preset& preset : spec.presets) {
      EXPECT_THAT(names, Contains(preset.name));
    }
  }
}

TEST(ModelOptions, AreCopiedByValueWithTablesOfTheirOwn) {
  ModelOptions first = model_spec("cpl-mixvae").options;
  ModelOptions second = first;
  set_option(find_option(table_of(second), "arms"), "5");
  EXPECT_EQ(first.as<CplMixVaeOptions>().arms.arms, 2);
  EXPECT_EQ(second.as<CplMixVaeOptions>().arms.arms, 5);
  first = second;
  EXPECT_EQ(option_text(find_option(table_of(first), "arms")), "5");
  EXPECT_THROW(first.as<JointVaeOptions>(), std::bad_cast);
}

std::int64_t epochs_of(const std::vector<Phase>& phases) {
  std::int64_t epochs = 0;
  for (const Phase& phase : phases) {
    epochs += phase.epochs;
  }
  return epochs;
}

/// "start" and "main" under one schedule.
void expect_start_and_main(const std::vector<Phase>& phases, std::int64_t start,
                           std::int64_t main) {
  ASSERT_GE(phases.size(), 2U);
  EXPECT_EQ(phases[0].name, "start");
  EXPECT_EQ(phases[0].epochs, start);
  EXPECT_TRUE(phases[0].starting_types);
  EXPECT_FALSE(phases[0].then_prune);
  EXPECT_EQ(phases[0].scheduled_before, 0);
  EXPECT_EQ(phases[0].scheduled_after, main);
  EXPECT_EQ(phases[1].name, "main");
  EXPECT_EQ(phases[1].epochs, main);
  EXPECT_FALSE(phases[1].starting_types);
  EXPECT_TRUE(phases[1].then_prune);
  EXPECT_EQ(phases[1].scheduled_before, start);
  EXPECT_EQ(phases[1].scheduled_after, 0);
  for (const Phase& phase : {phases[0], phases[1]}) {
    EXPECT_EQ(phase.objective, Objective::whole);
    EXPECT_TRUE(phase.copies && phase.similarity && phase.weight_decay);
    EXPECT_FALSE(phase.fresh_optimiser || phase.starting_states);
    EXPECT_EQ(phase.learning_rate_scale, 1);
  }
}

TEST(CplMixVaeRecipe, HasStartMainAndStates) {
  CplMixVaeOptions options;
  options.start.start_share = 0.3;
  options.arms.arms = 3;
  const Recipe recipe = recipe_of("cpl-mixvae", ModelOptions(options), 100);
  EXPECT_EQ(recipe.arms, 3);
  EXPECT_EQ(recipe.states, 2);
  ASSERT_EQ(recipe.phases.size(), 4U);
  expect_start_and_main(recipe.phases, 30, 70);
  const Phase& first = recipe.phases[2];
  const Phase& second = recipe.phases[3];
  EXPECT_EQ(first.name, "state start");
  EXPECT_EQ(second.name, "states");
  EXPECT_EQ(first.epochs, 15);
  EXPECT_EQ(second.epochs, 35);
  EXPECT_TRUE(first.starting_states);
  EXPECT_FALSE(second.starting_states);
  EXPECT_TRUE(first.fresh_optimiser);
  EXPECT_FALSE(second.fresh_optimiser);
  EXPECT_EQ(first.scheduled_after, 35);
  EXPECT_EQ(second.scheduled_before, 15);
  EXPECT_EQ(first.scheduled_before + second.scheduled_after, 0);
  for (const Phase& phase : {first, second}) {
    EXPECT_EQ(phase.objective, Objective::states);
    EXPECT_FALSE(phase.copies || phase.similarity || phase.weight_decay || phase.then_prune);
    EXPECT_EQ(phase.learning_rate_scale, 3);
  }
}

TEST(CplMixVaeRecipe, LeavesOutPhasesThatHaveNoEpochs) {
  CplMixVaeOptions options;
  options.start.start = StartKind::none;
  options.state_phase.state_epochs = 0;
  Recipe recipe = recipe_of("cpl-mixvae", ModelOptions(options), 100);
  ASSERT_EQ(recipe.phases.size(), 1U);
  EXPECT_EQ(recipe.phases[0].name, "main");
  EXPECT_EQ(recipe.phases[0].epochs, 100);
  options.state_phase.state_epochs = 0.01;  // one epoch, which learns the starting states
  recipe = recipe_of("cpl-mixvae", ModelOptions(options), 100);
  ASSERT_EQ(recipe.phases.size(), 2U);
  EXPECT_EQ(recipe.phases[1].name, "state start");
  EXPECT_EQ(recipe.phases[1].epochs, 1);
  EXPECT_EQ(recipe.phases[1].scheduled_after, 0);
  options.states.states = 0;
  options.state_phase.state_epochs = 0.5;
  EXPECT_EQ(recipe_of("cpl-mixvae", ModelOptions(options), 100).phases.size(), 1U);
}

TEST(CplMixVaeRecipe, SaysWhatIsPrepared) {
  CplMixVaeOptions options;
  options.target.target = Target::original;
  options.known.known_term = KnownTerm::binary;
  options.likelihood.likelihood = LikelihoodKind::bernoulli;
  options.pruning.prune_rounds = 7;
  const Recipe recipe = recipe_of("cpl-mixvae", ModelOptions(options), 10);
  EXPECT_TRUE(recipe.original_target);
  EXPECT_FALSE(recipe.pairs_of_known_types);
  EXPECT_EQ(recipe.likelihood->values(), ValueRange::unit);
  EXPECT_THAT(recipe.pruning, Optional(Field(&PruningOptions::prune_rounds, 7)));
  EXPECT_THAT(recipe.start, Optional(Field(&StartOptions::start, StartKind::consensus)));
  EXPECT_FALSE(recipe.image);
}

TEST(MoeSimVaeRecipe, HasStartAndMainAndMayReadImages) {
  MoeSimVaeOptions options;
  Recipe recipe = recipe_of("moe-sim-vae", ModelOptions(options), 41);
  EXPECT_EQ(recipe.arms, 1);
  EXPECT_EQ(recipe.states, 0);
  ASSERT_EQ(recipe.phases.size(), 2U);
  expect_start_and_main(recipe.phases, 21, 20);
  EXPECT_THAT(recipe.pruning, Optional(Field(&PruningOptions::prune, Prune::no)));
  EXPECT_FALSE(recipe.image);
  options.experts.network = ExpertNetwork::convolutional;
  options.encoder_kind.image_width = 18;
  EXPECT_TRUE(recipe_of("moe-sim-vae", ModelOptions(options), 41).image);
  options.experts.network = ExpertNetwork::dense;
  options.encoder_kind.kind = EncoderKind::convolutional;
  options.start.start = StartKind::none;
  recipe = recipe_of("moe-sim-vae", ModelOptions(options), 41);
  EXPECT_THAT(recipe.image, Optional(Field(&ImageNeed::width, 18)));
  ASSERT_EQ(recipe.phases.size(), 1U);
  EXPECT_EQ(epochs_of(recipe.phases), 41);
}

TEST(JointVaeRecipe, HasOnePhaseWithoutStartAndPruning) {
  JointVaeOptions options;
  options.target.target = Target::original;
  const Recipe recipe = recipe_of("jointvae", ModelOptions(options), 12);
  EXPECT_EQ(recipe.arms, 1);
  EXPECT_EQ(recipe.states, 10);
  EXPECT_FALSE(recipe.start || recipe.pruning || recipe.image);
  EXPECT_TRUE(recipe.original_target);
  ASSERT_EQ(recipe.phases.size(), 1U);
  EXPECT_EQ(recipe.phases[0].name, "main");
  EXPECT_EQ(recipe.phases[0].epochs, 12);
  EXPECT_FALSE(recipe.phases[0].then_prune);
}

TEST(CascadeVaeRecipe, HasAPhaseForEachStage) {
  CascadeVaeOptions options;
  options.states.states = 2;
  options.stages = {.warm_up_stages = 1, .stage_share = 0.1};
  options.target.target = Target::original;
  options.likelihood.likelihood = LikelihoodKind::bernoulli;
  const Recipe recipe = recipe_of("cascadevae", ModelOptions(options), 50);
  EXPECT_EQ(recipe.states, 2);
  EXPECT_TRUE(recipe.original_target);
  EXPECT_EQ(recipe.likelihood->values(), ValueRange::unit);
  EXPECT_FALSE(recipe.start || recipe.pruning || recipe.image);
  ASSERT_EQ(recipe.phases.size(), 3U);
  EXPECT_EQ(recipe.phases[0].epochs, 5);
  EXPECT_EQ(recipe.phases[1].epochs, 5);
  EXPECT_EQ(recipe.phases[2].epochs, 40);
  EXPECT_EQ(recipe.phases[2].stage, 2);
}

TEST(VadeRecipe, HasAnAutoencoderAndThenAMixture) {
  VadeOptions options;
  options.pretraining = {.pretraining_share = 0.25, .pretraining_rate = 0.5, .mixture_starts = 7};
  options.target.target = Target::original;
  const Recipe recipe = recipe_of("vade", ModelOptions(options), 40);
  EXPECT_EQ(recipe.arms, 1);
  EXPECT_EQ(recipe.states, 0);
  EXPECT_FALSE(recipe.start || recipe.pruning || recipe.image);
  EXPECT_TRUE(recipe.original_target);
  ASSERT_EQ(recipe.phases.size(), 2U);
  const Phase& first = recipe.phases[0];
  const Phase& second = recipe.phases[1];
  EXPECT_EQ(first.name, "autoencoder");
  EXPECT_EQ(first.epochs, 10);
  EXPECT_EQ(first.objective, Objective::reconstruction);
  EXPECT_EQ(first.learning_rate_scale, 0.5);
  EXPECT_EQ(first.mixture_starts, 0);
  EXPECT_EQ(second.name, "main");
  EXPECT_EQ(second.epochs, 30);
  EXPECT_EQ(second.objective, Objective::whole);
  EXPECT_EQ(second.learning_rate_scale, 1);
  EXPECT_EQ(second.mixture_starts, 7);
  EXPECT_TRUE(second.fresh_optimiser);
  options.pretraining.pretraining_share = 0;
  EXPECT_EQ(recipe_of("vade", ModelOptions(options), 40).phases.size(), 1U);
}

TEST(Rivals, AreShortBeginningsWithWeightsOfTheirOwn) {
  EXPECT_TRUE(rivals({.restarts = 1}, 50).empty());
  const std::vector<Phase> phases = rivals({.restarts = 3, .restart_share = 0.1}, 50);
  ASSERT_EQ(phases.size(), 3U);
  for (std::size_t i = 0; i < phases.size(); ++i) {
    EXPECT_EQ(phases[i].epochs, 5);
    EXPECT_THAT(phases[i].rival, Optional(static_cast<std::int64_t>(i)));
    EXPECT_TRUE(phases[i].fresh_optimiser);
  }
  EXPECT_EQ(rivals({.restarts = 2, .restart_share = 0.001}, 50)[0].epochs, 1);
  CplMixVaeOptions options;
  options.start.start = StartKind::none;
  options.states.states = 0;
  options.restarts = {.restarts = 3, .restart_share = 0.1};
  const Recipe recipe = recipe_of("cpl-mixvae", ModelOptions(options), 50);
  ASSERT_EQ(recipe.phases.size(), 4U);
  EXPECT_FALSE(recipe.phases.back().rival);
  EXPECT_TRUE(recipe.phases.back().fresh_optimiser);
  EXPECT_EQ(recipe.phases.back().epochs, 50);
}

TEST(InfoGanRecipe, HasOnePhaseAndItsPresetForDigitsReadsImages) {
  const Recipe recipe = recipe_of("infogan", ModelOptions(InfoGanOptions{}), 12);
  EXPECT_EQ(recipe.arms, 1);
  EXPECT_EQ(recipe.states, 2);
  EXPECT_FALSE(recipe.start || recipe.pruning || recipe.image);
  ASSERT_EQ(recipe.phases.size(), 1U);
  EXPECT_EQ(recipe.phases[0].epochs, 12);
  const Recipe digits = recipe_of("infogan", support::model_options("infogan", "mnist"), 12);
  EXPECT_TRUE(digits.image);
  EXPECT_EQ(digits.likelihood->values(), ValueRange::unit);
}

TEST(StartAndMain, HaveTheEpochsBetweenThem) {
  for (const std::int64_t epochs : {10, 31, 99}) {
    for (const double share : {0.0, 0.1, 0.5, 0.9}) {
      const auto phases =
          start_and_main({.start = StartKind::kmeans, .start_share = share}, epochs);
      EXPECT_EQ(epochs_of(phases), epochs) << epochs << " " << share;
      EXPECT_EQ(phases.back().name, "main");
    }
  }
  const auto few = start_and_main({.start = StartKind::kmeans, .start_share = 0.9}, 1);
  ASSERT_EQ(few.size(), 2U);
  EXPECT_EQ(few[1].epochs, 1) << "there is a main phase whatever the share";
}

}  // namespace registry_test
}  // namespace mixvae::models
