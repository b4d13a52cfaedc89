#include "fit/fit_options.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace mixvae::fit {
namespace {

Options main_options(FitSettings& settings) {
  return {
      {.name = "model",
       .target = &settings.model,
       .meaning = "model to fit",
       .choices = models::model_names()},
      {.name = "preset",
       .target = &settings.preset,
       .meaning = "settings of the model to start from, which single options change: its default "
                  "rule, or those of a paper or its authors' code",
       .choices = models::preset_names()},
      {.name = "types",
       .target = &settings.types,
       .meaning =
           "number of types; auto counts the groups of cells that a gap parts, as halves of the "
           "cells that did not make the groups show it too; without a start it takes 4 n^(1/3) for "
           "n cells (10 to 150) and prunes what the arms do not agree on, where the model can",
       .minimum = 1,
       .maximum = 100000},
      {.name = "space",
       .target = word(settings.space),
       .meaning = "what the networks read and reconstruct: principal components of the prepared "
                  "values, or the features themselves",
       .choices = {"pca", "features"}},
      {.name = "components",
       .target = &settings.components,
       .meaning = "principal components of space pca, and for starts and neighbours; auto: one per "
                  "type, between 50 and 150",
       .minimum = 1,
       .maximum = 10000,
       .needs = {"space=pca|start!=none|augment=neighbours|similarity=knn|similarity=distance|"
                 "state-epochs!=0"}},
      {.name = "bootstrap",
       .target = &settings.bootstrap,
       .meaning = "fit a bootstrap of the cells, as many drawn with replacement, each number another "
                  "draw: what a fit of another sample of the same tissue would find; 0: the cells "
                  "themselves",
       .minimum = 0},
  };
}

Option neighbours_option(FitSettings& settings) {
  return {.name = "neighbours",
          .target = &settings.neighbours,
          .meaning =
              "nearest neighbours of each cell among which its copies are, if mutual (--augment "
              "neighbours); auto: n / (5 K) for n cells and K types, between 5 and 15",
          .minimum = 1,
          .maximum = 1000,
          .needs = {"augment=neighbours"}};
}

Options copy_options(FitOptions& fit) {
  Options all = options(fit.copies);
  all.insert(all.begin() + 1, neighbours_option(fit.settings));
  return all;
}

}  // namespace

std::vector<OptionTable> option_tables(FitOptions& fit) {
  const models::Takes& takes = fit.spec().takes;
  std::vector<OptionTable> tables = {{"Model, types and space", main_options(fit.settings)}};
  for (models::PartOptions& part : fit.model.parts()) {
    tables.push_back({part.part, std::move(part.options)});
  }
  tables.push_back({"Augmented copies", copy_options(fit)});
  tables.push_back({"Where neighbours are found", options(fit.neighbour_space)});
  if (takes.similarity) {
    tables.push_back({"Similar cells", options(fit.similarity)});
  }
  if (takes.weak_labels) {
    tables.push_back({"Known types", options(fit.weak_labels)});
  }
  tables.push_back({"Training", training::options(fit.training)});
  tables.push_back({"Execution", options(fit.execution)});
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
  return std::clamp<std::int64_t>(types, 50, 150);
}

std::int64_t neighbour_count(std::int64_t cells, std::int64_t types) {
  const double share = static_cast<double>(cells) / (5.0 * static_cast<double>(types));
  return std::clamp<std::int64_t>(std::lround(share), 5, 15);
}

}  // namespace mixvae::fit
