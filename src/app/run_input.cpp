#include "app/run_input.hpp"

#include <algorithm>

#include "app/data_checksum.hpp"
#include "app/input.hpp"
#include "app/run_directory.hpp"
#include "app/type_names_file.hpp"
#include "base/log.hpp"
#include "nn/device.hpp"

namespace mixvae::app {
namespace {

/// The matrix that the run was fitted from, where the file has it.
std::string layer_of_run(const std::string& path, const std::string& modality,
                         const Preprocessing& run) {
  std::string usual = ReadOptions().layer;
  if (run.layer == usual) {
    return usual;
  }
  const std::vector<std::string> stored = layers_of_input(path, modality);
  if (std::ranges::find(stored, run.layer) != stored.end()) {
    log_info("layer '" + run.layer + "' is read, as for the fit; --layer reads another");
    return run.layer;
  }
  log_info("the run was fitted from layer '" + run.layer + "', which " + path +
           " does not have: " + usual + " is read");
  return usual;
}

/// The modality that the run was fitted from, where the file has it among others; else none.
std::string modality_of_run(const std::string& path, const Preprocessing& run) {
  if (run.modality.empty()) {
    return {};
  }
  const std::vector<Modality> stored = modalities_of_input(path);
  if (stored.size() < 2 ||
      std::ranges::find(stored, run.modality, &Modality::name) == stored.end()) {
    return {};
  }
  log_info("modality '" + run.modality + "' is read, as for the fit; --modality reads another");
  return run.modality;
}

/// Names the features as those of the fit were, where the data have that annotation.
void name_as_in_fit(Dataset& dataset, const std::string& column) {
  if (dataset.features.find(column) == nullptr) {
    log_info("the features of the run are named by '" + column + "', which " + dataset.source.path +
             " does not have: the names in the file are taken");
    return;
  }
  const std::size_t noted = dataset.source.notes.size();
  name_features(dataset, column);
  log_info("features are named by '" + column +
           "', as for the fit; --feature-names says otherwise");
  for (std::size_t n = noted; n < dataset.source.notes.size(); ++n) {
    log_info(dataset.source.notes[n]);
  }
}

}  // namespace

Option shared_features_option(double& least_shared) {
  return {.name = "min-shared",
          .target = &least_shared,
          .meaning =
              "share of the model's features that the data must have; the others count as "
              "zero; data without any of them are refused always",
          .minimum = 0,
          .maximum = 1};
}

Options run_and_input(std::string& run, std::string& input, const std::string& meaning) {
  return {
      {.name = "run", .target = &run, .meaning = "folder of a finished run", .placeholder = "RUN"},
      {.name = "input", .target = &input, .meaning = meaning, .placeholder = "INPUT"}};
}

Options options_as_in_fit(ReadOptions& read) {
  Options all = options(read);
  for (Option& option : all) {
    if (option.name == "layer") {
      option.meaning +=
          "; auto: the one that the run was fitted from where the file has it, else X";
    } else if (option.name == "modality") {
      option.meaning += "; without it the one that the run was fitted from where the file has it";
    } else if (option.name == "feature-names") {
      option.meaning +=
          "; auto: the annotation that named those of the fit where the file has it, else own";
    }
  }
  return all;
}

Options options(RunInput& input) {
  Options all = options_as_in_fit(input.read);
  all.push_back(shared_features_option(input.least_shared));
  all.push_back({.name = "trust-values",
                 .target = &input.trust_values,
                 .meaning = "use the data even where their values look unlike those of the fit"});
  return all;
}

fit::TrainedModel load_run(const std::string& run, const GlobalOptions& global) {
  fit::TrainedModel model = fit::load_model(run + "/" + kModelName);
  model.network->to(nn::device_named(global.device));
  model.labels =
      analysis::type_labels(read_type_names(run, model.type_names()), model.type_names());
  return model;
}

Dataset read_for_run(const std::string& path, const ReadOptions& read, const Preprocessing* run) {
  ReadOptions chosen = read;
  if (read.modality.empty() && run != nullptr) {
    chosen.modality = modality_of_run(path, *run);
  }
  if (read.layer == kAsInFit) {
    chosen.layer = run == nullptr ? ReadOptions().layer : layer_of_run(path, chosen.modality, *run);
  }
  if (read.feature_names == kAsInFit) {
    chosen.feature_names = kOwnNames;
  }
  Dataset dataset = read_input(path, chosen);
  if (read.feature_names == kAsInFit && run != nullptr && !run->feature_names.empty()) {
    name_as_in_fit(dataset, run->feature_names);
  }
  return dataset;
}

bool is_other_data(const std::string& run, const Dataset& dataset) {
  return checksum_of_run_data(run) != data_checksum(dataset);
}

analysis::Assignment assign_cells(fit::TrainedModel& model, const Dataset& dataset,
                                  const RunInput& input) {
  analysis::Assignment assignment =
      analysis::assign(model, dataset, input.least_shared, input.trust_values);
  for (const std::string& note : assignment.notes) {
    log_info(note);
  }
  return assignment;
}

}  // namespace mixvae::app
