#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "fit/fit_options.hpp"
#include "fit/pruning.hpp"
#include "fit/stages.hpp"
#include "fit/trained_model.hpp"
#include "training/history.hpp"
#include "training/trainer.hpp"

namespace mixvae::fit {

/// Where a fit runs and whom it tells; nothing here changes its result.
struct FitSurroundings {
  torch::Device device = torch::kCPU;
  std::string checkpoint_file;  // empty: no checkpoints, no resume
  std::string history_file;     // empty: no history.csv
  /// What is computed before training is kept here (fit/preparation_file.hpp), to go on from when
  /// the same fit is called again. The caller removes it. Empty: nothing is kept.
  std::string preparation_file = {};
  training::TrainingObserver* observer = nullptr;
  StageObserver* stages = nullptr;
  /// Called before a signal ends the program amid a stage (base/interrupt.hpp, EndAtOnce).
  std::function<void()> tidy = {};
  std::function<void(const std::string&)> say = [](const std::string&) {};  // one line of news
};

struct FitResult {
  TrainedModel trained;
  training::History history;
  std::vector<PruningRound>
      rounds;                       // the curve over the number of types; one entry without pruning
  FitOptions resolved;              // the options with every "auto" replaced by what its rule gave
  Index cells = 0;                  // cells that were fitted
  std::optional<double> consensus;  // mean over pairs of arms of the share of cells to which both
                                    // give one type; nothing for one arm
  Categorical known;                // of the fitted cells, the known types; or empty
  std::vector<std::int32_t> types;  // and the types that the model gives them, by their place in
                                    // type_order; empty where none is known
};

/// The whole fit: preprocessing, projection, neighbours and start computed from the data, then
/// training in phases (start, main, pruning rounds, states), then the naming of types. A pure
/// function of data, options and seed. Throws InputError for unsuitable data, UsageError for
/// options that do not fit the data (more types than cells, batch larger than the data). The raw
/// values are given back once they are prepared: move the data set in where memory counts.
FitResult fit(Dataset dataset, const FitOptions& options, std::uint64_t seed,
              const FitSurroundings& surroundings);

}  // namespace mixvae::fit
