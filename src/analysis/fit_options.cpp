#include "analysis/fit_options.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace mixvae::analysis {

Options options(FitSettings& settings) {
  return {
      {.name = "model",
       .target = &settings.model,
       .meaning = "model to fit",
       .choices = {"cpl-mixvae"}},
      {.name = "types",
       .target = &settings.types,
       .meaning = "number of types; auto starts from 4 n^(1/3) for n cells (10 to 150) and prunes "
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
       .meaning = "principal components of space pca, and for starts and neighbours",
       .minimum = 1,
       .maximum = 10000},
      {.name = "neighbours",
       .target = &settings.neighbours,
       .meaning = "nearest neighbours of each cell that serve as its copies (--augment "
                  "neighbours); auto: n / (5 K) for n cells and K types, between 5 and 15",
       .minimum = 1,
       .maximum = 1000},
      {.name = "start",
       .target = &settings.start,
       .meaning = "types that the arms learn first: none, k-means clusters, Leiden communities, or "
                  "mixed: each arm from another partition, which the coupling then reconciles",
       .choices = {"none", "kmeans", "leiden", "mixed"}},
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
  };
}

Options options(FitOptions& fit) {
  Options all = options(fit.settings);
  const auto append = [&all](Options more) { all.insert(all.end(), more.begin(), more.end()); };
  append(options(fit.copies));
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
  fit.preprocessing.library_size = 1e6;
  fit.preprocessing.scale = "none";
  fit.preprocessing.features = "5000";
  fit.network = models::published_options();
  fit.copies.augment = "none";
  fit.training.batch_size = 1000;
  fit.training.epochs = 10000;
  fit.training.schedule = "constant";
}

std::int64_t starting_type_count(std::int64_t cells) {
  const auto rule =
      static_cast<std::int64_t>(std::lround(4.0 * std::cbrt(static_cast<double>(cells))));
  return std::max<std::int64_t>(1, std::min(std::clamp<std::int64_t>(rule, 10, 150), cells / 2));
}

std::int64_t neighbour_count(std::int64_t cells, std::int64_t types) {
  const double share = static_cast<double>(cells) / (5.0 * static_cast<double>(types));
  return std::clamp<std::int64_t>(std::lround(share), 5, 15);
}

}  // namespace mixvae::analysis
