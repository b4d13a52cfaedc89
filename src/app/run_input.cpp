#include "app/run_input.hpp"

#include "app/run_directory.hpp"
#include "base/log.hpp"
#include "nn/device.hpp"

namespace mixvae::app {

Option shared_features_option(double& least_shared) {
  return {.name = "min-shared",
          .target = &least_shared,
          .meaning =
              "share of the model's features that the data must have; the others count as "
              "zero",
          .minimum = 0,
          .maximum = 1};
}

Options options(RunInput& input) {
  Options all = options(input.read);
  all.push_back(shared_features_option(input.least_shared));
  all.push_back({.name = "trust-values",
                 .target = &input.trust_values,
                 .meaning = "use the data even where their values look unlike those of the fit"});
  return all;
}

analysis::Assignment assign_cells(const std::string& run, const Dataset& dataset,
                                  const RunInput& input, const GlobalOptions& global) {
  fit::TrainedModel model = fit::load_model(run + "/" + model_name);
  model.network->to(nn::device_named(global.device));
  analysis::Assignment assignment =
      analysis::assign(model, dataset, input.least_shared, input.trust_values);
  for (const std::string& note : assignment.notes) {
    log_info(note);
  }
  return assignment;
}

}  // namespace mixvae::app
