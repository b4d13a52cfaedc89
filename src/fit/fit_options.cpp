#include "fit/fit_options.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace mixvae::fit {
namespace {

/// Principal components that the rule takes at most.
constexpr std::int64_t kMostComponents = 150;

Options main_options(FitSettings& settings) {
  return {
      {.name = "model",
       .target = &settings.model,
       .meaning = "model to fit",
       .choices = models::model_names()},
      {.name = "preset",
       .target = &settings.preset,
       .meaning = "set of settings to begin with, which single options then change: our defaults, "
                  "or those of a paper or of its authors' code",
       .choices = models::preset_names()},
      {.name = "types",
       .target = &settings.types,
       .meaning =
           "number of types; auto counts the groups of cells with a gap between them, which cells "
           "that did not make the groups must show, too; without a first clustering it begins with "
           "4 n^(1/3) types for n cells (10 to 150) and removes those that the arms do not agree "
           "on, "
           "where the model has several",
       .minimum = 1,
       .maximum = 100000},
      {.name = "space",
       .target = word(settings.space),
       .meaning = "what the model is fitted to: principal components of the normalised values "
                  "(pca), or the genes or markers themselves (features)",
       .choices = {"pca", "features"}},
      {.name = "components",
       .target = &settings.components,
       .meaning = "number of principal components, also for the first clustering and for "
                  "neighbours; auto: as many as types, but 50 to 150",
       .minimum = 1,
       .maximum = 10000,
       .needs = {"space=pca|start!=none|augment=neighbours|similarity=knn|similarity=distance|"
                 "state-epochs!=0"}},
      {.name = "bootstrap",
       .target = &settings.bootstrap,
       .meaning =
           "fit a bootstrap of the cells, as many drawn with replacement, each number another "
           "draw: what a fit of another sample of the same tissue would find; 0: the cells "
           "themselves",
       .minimum = 0},
  };
}

Option neighbours_option(FitSettings& settings) {
  return {.name = "neighbours",
          .target = &settings.neighbours,
          .meaning =
              "with --augment neighbours: how many nearest neighbours of a cell may stand in for "
              "it, if it is among theirs too; auto: n / (5 K) for n cells and K types, but 5 to 15",
          .minimum = 1,
          .maximum = 1000,
          .needs = {"augment=neighbours"}};
}

Options copy_options(FitOptions& fit) {
  Options all = options(fit.copies);
  all.insert(all.begin() + 1, neighbours_option(fit.settings));
  return all;
}

Options execution_options(FitOptions& fit) {
  Options all = options(fit.execution);
  if (!fit.spec().takes.precision) {
    std::erase_if(all, [](const Option& option) { return option.name == "precision"; });
  }
  return all;
}

}  // namespace

std::vector<OptionTable> option_tables(FitOptions& fit) {
  const models::Takes& takes = fit.spec().takes;
  std::vector<OptionTable> tables = {{"Model, types and space", main_options(fit.settings)}};
  for (models::PartOptions& part : fit.model.parts()) {
    tables.push_back({part.part, std::move(part.options)});
  }
  tables.push_back({"Altered copies of cells", copy_options(fit)});
  tables.push_back({"Where neighbours are found", options(fit.neighbour_space)});
  if (takes.similarity) {
    tables.push_back({"Similar cells", options(fit.similarity)});
  }
  if (takes.weak_labels) {
    tables.push_back({"Known types", options(fit.weak_labels)});
  }
  tables.push_back({"Batches", options(fit.batch)});
  tables.push_back({"Training", training::options(fit.training)});
  tables.push_back({"Execution", execution_options(fit)});
  tables.push_back({"Preprocessing", mixvae::options(fit.preprocessing)});
  return tables;
}

Options options(FitOptions& fit) {
  Options all;
  for (OptionTable& table : option_tables(fit)) {
    std::ranges::move(table.options, std::back_inserter(all));
  }
  return all;
}

FitOptions fit_options(const std::string& model, const std::string& preset) {
  const models::ModelSpec& spec = models::model_spec(model);
  FitOptions fit;
  fit.model = spec.options;
  fit.settings.model = model;
  const Options table = options(fit);
  for (const auto& [name, value] : models::preset_of(spec, preset).settings) {
    set_option(find_option(table, name), value);
  }
  fit.settings.preset = preset;
  return fit;
}

std::map<std::string, std::string> settings_text(FitOptions fit) {
  std::map<std::string, std::string> settings;
  for (const Option& option : options(fit)) {
    settings[option.name] = option_text(option);
  }
  return settings;
}

void require_effective(FitOptions given) {
  FitOptions standard = fit_options(given.settings.model, given.settings.preset);
  require_effect(options(given), options(standard));
}

void require_possible(const FitOptions& options, torch::Device device) {
  const NeighbourSpaceOptions& near = options.neighbour_space;
  const bool of_features = !read_components(near) && !is_stored_embedding(near.space);
  if (!options.batch.batch_key.empty() && of_features) {
    throw UsageError({.what =
                          "batches are taken out of principal components, and neighbours would be "
                          "found among the features as they are",
                      .found = "--batch-key with --neighbour-space " + near.space,
                      .expected = "--neighbour-space pca, or umap of components"});
  }
  if (options.settings.space == Space::pca) {
    const std::int64_t most = options.settings.components.value_or(kMostComponents);
    require_wide_outputs(options.execution, most,
                         "--space pca, at most " + std::to_string(most) + " outputs");
  }
  require_possible(options.execution, device);
  const models::Recipe recipe = options.spec().recipe(options.model, 1);
  if (recipe.start && recipe.start->replicates == 1) {
    throw UsageError({.what = "one sample tells nothing about how sure types are",
                      .found = "--replicates 1",
                      .expected = "0 for no confidence, or at least 2",
                      .hint = "the default is 10"});
  }
  training::require_possible(options.training, device.is_cpu());
}

bool counts_types(const FitSettings& settings, const models::Recipe& recipe) {
  const bool starts = recipe.start && recipe.start->start != models::StartKind::none;
  const bool prunes = recipe.pruning && recipe.pruning->prune == models::Prune::yes;
  return !settings.types && starts && !prunes;
}

bool prunes(const FitSettings& settings, const models::Recipe& recipe) {
  if (!recipe.pruning) {
    return false;
  }
  return recipe.pruning->prune == models::Prune::yes ||
         (recipe.pruning->prune == models::Prune::automatic && !settings.types.has_value() &&
          !counts_types(settings, recipe));
}

std::int64_t starting_type_count(std::int64_t cells) {
  const auto rule =
      static_cast<std::int64_t>(std::lround(4.0 * std::cbrt(static_cast<double>(cells))));
  return std::max<std::int64_t>(1, std::min(std::clamp<std::int64_t>(rule, 10, 150), cells / 2));
}

std::int64_t component_count(std::int64_t types) {
  return std::clamp<std::int64_t>(types, 50, kMostComponents);
}

std::int64_t neighbour_count(std::int64_t cells, std::int64_t types) {
  const double share = static_cast<double>(cells) / (5.0 * static_cast<double>(types));
  return std::clamp<std::int64_t>(std::lround(share), 5, 15);
}

}  // namespace mixvae::fit
