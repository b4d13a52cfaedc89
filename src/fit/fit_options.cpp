#include "fit/fit_options.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "models/make_model.hpp"

namespace mixvae::fit {

Options options(FitSettings& settings) {
  return {
      {.name = "model",
       .target = &settings.model,
       .meaning = "model to fit",
       .choices = models::model_names()},
      {.name = "types",
       .target = &settings.types,
       .meaning =
           "number of types; auto takes at most 4 n^(1/3) for n cells (10 to 150) and prunes "
           "what the arms do not agree on",
       .minimum = 1,
       .maximum = 100000},
      {.name = "space",
       .target = &settings.space,
       .meaning = "what the networks read and reconstruct: principal components of the prepared "
                  "values, or the features themselves",
       .choices = {"pca", "features"}},
      {.name = "components",
       .target = &settings.components,
       .meaning = "principal components of space pca, and for starts and neighbours; auto: one per "
                  "type, between 50 and 150",
       .minimum = 1,
       .maximum = 10000},
      {.name = "neighbours",
       .target = &settings.neighbours,
       .meaning =
           "nearest neighbours of each cell among which its copies are, if mutual (--augment "
           "neighbours); auto: n / (5 K) for n cells and K types, between 5 and 15",
       .minimum = 1,
       .maximum = 1000},
      {.name = "start",
       .target = &settings.start,
       .meaning =
           "types that the arms learn first: none, k-means clusters, merged pieces of too many "
           "k-means clusters, components of a Gaussian mixture that merge while BIC falls (at most "
           "K; "
           "the others start empty, with pruning there are none), Leiden communities, or the "
           "consensus of several of each",
       .choices = {"none", "kmeans", "merged", "gaussian", "leiden", "consensus"}},
      {.name = "start-balance",
       .target = &settings.start_balance,
       .meaning = "while learning the start a cell weighs as (size of its type)^-b; higher "
                  "protects rare types",
       .minimum = 0,
       .maximum = 2},
      {.name = "start-share",
       .target = &settings.start_share,
       .meaning = "share of the epochs spent on learning the start",
       .minimum = 0,
       .maximum = 0.9},
      {.name = "target",
       .target = &settings.target,
       .meaning = "what each arm reconstructs: its augmented copy, or the original cell",
       .choices = {"copy", "original"}},
      {.name = "prune",
       .target = &settings.prune,
       .meaning = "prune types that the arms do not agree on: auto does so with --types auto",
       .choices = {"auto", "yes", "no"}},
      {.name = "min-consensus",
       .target = &settings.min_consensus,
       .meaning = "types whose consensus between arms is at most this are pruned",
       .minimum = 0,
       .maximum = 1},
      {.name = "prune-share",
       .target = &settings.prune_share,
       .meaning = "largest share of the remaining types that one round prunes",
       .minimum = 0.001,
       .maximum = 0.9},
      {.name = "prune-rounds",
       .target = &settings.prune_rounds,
       .meaning = "largest number of pruning rounds",
       .minimum = 0,
       .maximum = 10000},
      {.name = "prune-epochs",
       .target = &settings.prune_epochs,
       .meaning = "epochs after each pruning round, as a share of the main phase",
       .minimum = 0,
       .maximum = 10},
      {.name = "state-epochs",
       .target = &settings.state_epochs,
       .meaning =
           "epochs of the last phase, in which types stay as they are and states are learned "
           "from the cells themselves, as a share of all before it but pruning; 0: none",
       .minimum = 0,
       .maximum = 10},
  };
}

Options options(FitOptions& fit) {
  Options all = options(fit.settings);
  const auto append = [&all](Options more) { all.insert(all.end(), more.begin(), more.end()); };
  append(options(fit.copies));
  append(options(fit.neighbour_space));
  append(options(fit.similarity));
  append(options(fit.weak_labels));
  append(models::options(fit.network));
  append(training::options(fit.training));
  append(mixvae::options(fit.preprocessing));
  return all;
}

void apply_preset(FitOptions& fit, const std::string& preset) {
  if (preset == "default") {
    fit = FitOptions();
    return;
  }
  if (preset != "published") {
    throw UsageError({.what = "there is no preset of this name",
                      .found = "'" + preset + "'",
                      .expected = "default or published"});
  }
  fit = FitOptions();
  fit.settings.space = "features";
  fit.settings.start = "none";
  fit.settings.state_epochs = 0;
  fit.preprocessing.library_size = 1e6;
  fit.preprocessing.scale = "none";
  fit.preprocessing.features = "5000";
  fit.network = models::published_options();
  fit.similarity = {};
  fit.copies.augment = "none";
  fit.training.batch_size = 1000;
  fit.training.epochs = 10000;
  fit.training.schedule = "constant";
}

void apply_model_defaults(FitOptions& fit, const std::string& model) {
  if (model == "moe-sim-vae") {
    fit.network = models::moe_sim_vae_options();
    fit.copies.augment = "none";
    fit.similarity = {.similarity = "knn"};
    fit.settings.prune = "no";
  } else if (model != "cpl-mixvae") {
    throw UsageError({.what = "there is no model of this name",
                      .found = "'" + model + "'",
                      .expected = join(models::model_names(), ", ")});
  }
  fit.settings.model = model;
}

void apply_letter(FitOptions& fit, Letter letter) {
  if (letter == Letter::none) {
    return;
  }
  if (fit.settings.model != "moe-sim-vae") {
    throw UsageError({.what = "--paper-exact and --reference are for MoE-Sim-VAE",
                      .found = "--model " + fit.settings.model,
                      .expected = "--model moe-sim-vae",
                      .hint = "for cpl-mixVAE: --preset published"});
  }
  fit.settings.space = "features";
  fit.settings.start = "none";
  fit.training.schedule = "constant";
  if (letter == Letter::paper_exact) {
    fit.network = models::paper_exact_options();
    fit.neighbour_space.space = "umap";
    fit.similarity.neighbours = 10;
    fit.training.batch_size = 128;
  } else {
    fit.network = models::reference_options();
    fit.similarity.similarity = "none";
    fit.preprocessing.scale = "unit";
    fit.training.batch_size = 256;
    fit.training.adam_beta2 = 0.99;
  }
}

std::int64_t starting_type_count(std::int64_t cells) {
  const auto rule =
      static_cast<std::int64_t>(std::lround(4.0 * std::cbrt(static_cast<double>(cells))));
  return std::max<std::int64_t>(1, std::min(std::clamp<std::int64_t>(rule, 10, 150), cells / 2));
}

std::int64_t component_count(std::int64_t types) {
  return std::clamp<std::int64_t>(types, 50, 150);
}

std::int64_t neighbour_count(std::int64_t cells, std::int64_t types) {
  const double share = static_cast<double>(cells) / (5.0 * static_cast<double>(types));
  return std::clamp<std::int64_t>(std::lround(share), 5, 15);
}

}  // namespace mixvae::fit
