#include "models/cascade_vae_options.hpp"

#include "models/parts/joined_options.hpp"

namespace mixvae::models {
namespace {

Options options(CascadeObjectiveOptions& objective) {
  return {
      {.name = "beta-min",
       .target = &objective.beta_min,
       .meaning =
           "weight of the KL divergence of a state that may tell of a cell; higher: it tells "
           "less",
       .minimum = 0,
       .maximum = 1e6},
      {.name = "beta-max",
       .target = &objective.beta_max,
       .meaning = "weight of the KL divergence of a state whose stage has not come yet",
       .minimum = 0,
       .maximum = 1e6},
      {.name = "congestion",
       .target = &objective.congestion,
       .meaning = "how much more each further cell of a batch in one type costs, in the units of "
                  "the reconstruction; higher: types of more even sizes",
       .minimum = 0,
       .maximum = 1e6},
      {.name = "weight-penalty",
       .target = &objective.weight_penalty,
       .meaning = "weight of half the sum of squares of all weights in the objective",
       .minimum = 0,
       .maximum = 1e3},
  };
}

}  // namespace

std::vector<PartOptions> parts(CascadeVaeOptions& model) {
  return {
      {"Encoder", joined({options(model.network), options(model.encoder),
                          options(model.encoder_norm), options(model.input)})},
      {"Types and states", options(model.states)},
      {"Decoder and likelihood",
       joined({options(model.decoder_sizes), options(model.likelihood), options(model.output)})},
      {"Objective", options(model.objective)},
      {"Stages", options(model.stages)},
      {"Copies", options(model.target), false},
  };
}

}  // namespace mixvae::models
