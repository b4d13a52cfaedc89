#pragma once

#include <string>

#include "analysis/assignment.hpp"
#include "app/command.hpp"
#include "data/io/read.hpp"

namespace mixvae::app {

/// How data for a run are read when the command line does not say: as those of the fit were.
inline constexpr const char* kAsInFit = "auto";

/// How data are given to the model of a run: the same options on every command that does so.
struct RunInput {
  ReadOptions read = {.layer = kAsInFit, .feature_names = kAsInFit};
  double least_shared = 0.8;
  bool trust_values = false;
};

Options options(RunInput& input);

/// The arguments RUN and INPUT of a command, with what the data are to it.
Options run_and_input(std::string& run, std::string& input, const std::string& meaning);
inline constexpr const char* kDataOfRun =
    "the data: those of the fit, or new cells with the same genes or markers";

/// The options of reading alone, with kAsInFit for layer and names of features.
Options options_as_in_fit(ReadOptions& read);

/// The share of features that data must have for a model: the one option that applying a model
/// needs besides those of reading and --trust-values.
Option shared_features_option(double& least_shared);

/// The model of a finished run on the device that was asked for, with the names of its types.
/// Throws what load_model and read_type_names throw.
fit::TrainedModel load_run(const std::string& run, const GlobalOptions& global);

/// Reads data for a run as read_input does. Where layer, modality and names of features are left
/// open, they are those that the run was fitted from if the file has them, else the file's usual
/// ones; what differs from the usual is logged. `run`: null for data without a run.
Dataset read_for_run(const std::string& path, const ReadOptions& read, const Preprocessing* run);

/// Whether the data are others than those of the fit, by their checksum.
bool is_other_data(const std::string& run, const Dataset& dataset);

/// Types and states of the cells by the model of a run; logs what the preprocessing noticed. Throws
/// what analysis::assign throws.
analysis::Assignment assign_cells(fit::TrainedModel& model, const Dataset& dataset,
                                  const RunInput& input);

}  // namespace mixvae::app
