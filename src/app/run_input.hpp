#pragma once

#include <string>

#include "analysis/assignment.hpp"
#include "app/command.hpp"
#include "data/io/read.hpp"

namespace mixvae::app {

/// How data are given to the model of a run: the same options on every command that does so.
struct RunInput {
  ReadOptions read;
  double least_shared = 0.8;
  bool trust_values = false;
};

Options options(RunInput& input);

/// The share of features that data must have for a model: the one option that applying a model
/// needs besides those of reading and --trust-values.
Option shared_features_option(double& least_shared);

/// Types and states of the cells by the model of a finished run, on the device that was asked for;
/// logs what the preprocessing noticed. Throws what load_model and analysis::assign throw.
analysis::Assignment assign_cells(const std::string& run, const Dataset& dataset,
                                  const RunInput& input, const GlobalOptions& global);

}  // namespace mixvae::app
