#include "models/info_gan_options.hpp"

#include "models/parts/joined_options.hpp"

namespace mixvae::models {
namespace {

Options options(GeneratorOptions& generator) {
  return {
      {.name = "noise-dimensions",
       .target = &generator.noise_dimensions,
       .meaning = "number of the generator's inputs that are noise, besides type and states",
       .minimum = 1,
       .maximum = 100000},
      {.name = "generator-rate",
       .target = &generator.generator_rate,
       .meaning = "step size of the generator, as a multiple of --learning-rate",
       .minimum = 1e-3,
       .maximum = 1000},
  };
}

Options options(InformationOptions& information) {
  return {
      {.name = "type-information",
       .target = &information.type_information,
       .meaning = "weight of what a generated cell tells of the type that it was generated of",
       .minimum = 0,
       .maximum = 1e6},
      {.name = "state-information",
       .target = &information.state_information,
       .meaning = "weight of what a generated cell tells of the states that it was generated of",
       .minimum = 0,
       .maximum = 1e6,
       .needs = {"states!=0"}},
  };
}

}  // namespace

std::vector<PartOptions> parts(InfoGanOptions& model) {
  return {
      {"Networks", joined({options(model.network), options(model.encoder)})},
      {"Types and states", options(model.states)},
      {"Generator",
       joined({options(model.generator), options(model.likelihood), options(model.output)})},
      {"Objective", options(model.information)},
  };
}

}  // namespace mixvae::models
