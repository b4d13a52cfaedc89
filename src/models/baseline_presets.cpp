#include "models/preset_settings.hpp"
#include "models/presets.hpp"

namespace mixvae::models {

std::vector<Preset> joint_vae_presets() {
  return {
      {"default",
       "fully connected, squared error of principal components, capacities as published for MNIST",
       {{"augment", "none"}, {"capacity-steps", "500"}, {"schedule", "constant"}}},
      {"mnist",
       "Dupont 2018 for MNIST: convolutions, batches of 64, Adam 5e-4, capacities 5 and 5 nats "
       "over 25,000 steps, weights 30; images of 28 x 28 are padded, not resized, to 32 x 32",
       with(images(), {{"types", "10"},
                       {"network", "convolutional"},
                       {"augment", "none"},
                       {"batch-size", "64"},
                       {"epochs", "100"},
                       {"learning-rate", "0.0005"},
                       {"schedule", "constant"}}),
       28},
      {"dsprites",
       "Dupont 2018 for dSprites: convolutions, batches of 64, Adam 5e-4, capacities 40 and 1.1 "
       "nats over 300,000 steps, weights 150",
       with(images(), {{"types", "3"},
                       {"states", "6"},
                       {"network", "convolutional"},
                       {"state-capacity", "40"},
                       {"type-capacity", "1.1"},
                       {"state-weight", "150"},
                       {"type-weight", "150"},
                       {"capacity-steps", "300000"},
                       {"augment", "none"},
                       {"batch-size", "64"},
                       {"epochs", "30"},
                       {"learning-rate", "0.0005"},
                       {"schedule", "constant"}}),
       64},
      {"genes",
       "the comparison by the authors of cpl-mixVAE: their network, mean squared error (ours is "
       "half of it, as are the weights, theirs 100), capacities over 10,000 steps (state 10 ln S, "
       "type "
       "2 ln K: set --state-capacity and --type-capacity)",
       with(genes(), {{"hidden", "100"},
                      {"encoder-norm", "batch"},
                      {"states", "2"},
                      {"output", "relu"},
                      {"capacity-scale", "reconstruction"},
                      {"state-weight", "50"},
                      {"type-weight", "50"},
                      {"state-capacity", "6.93"},
                      {"type-capacity", "9.5"},
                      {"capacity-steps", "10000"},
                      {"batch-size", "1000"},
                      {"learning-rate", "0.0005"},
                      {"schedule", "constant"}})},
  };
}

std::vector<Preset> cascade_vae_presets() {
  const Settings image_fits =
      with(images(), {{"augment", "none"}, {"batch-size", "64"}, {"schedule", "constant"}});
  return {
      {"default",
       "fully connected, squared error of principal components; types from the first stage on, "
       "then two states of weight 1: most of what cells differ by is their type",
       {{"augment", "none"}, {"schedule", "constant"}}},
      {"mnist",
       "ours, with the batch and the congestion published for dSprites, since none are published "
       "for MNIST: types from the first stage on, then ten states of weight 1; fully connected "
       "layers of 256 units",
       with(image_fits, {{"states", "10"}, {"learning-rate", "0.0005"}, {"epochs", "30"}})},
      {"dsprites",
       "the authors' settings for dSprites (6 states, weights 0.1 and 10, four warm-up stages of "
       "20,000 of 300,000 steps, batch 64, Adam 1e-4), convolutional",
       with(image_fits, {{"types", "3"},
                         {"network", "convolutional"},
                         {"states", "6"},
                         {"beta-min", "0.1"},
                         {"warm-up-stages", "4"},
                         {"stage-share", "0.0667"},
                         {"learning-rate", "0.0001"},
                         {"epochs", "26"}}),
       64},
      {"genes",
       "the comparison by the authors of cpl-mixVAE (their network, 3 states, one warm-up stage of "
       "10,000 of 100,000 steps, congestion 0.1), with half the squared error of each cell where "
       "theirs is a cross-entropy of values that are no probabilities",
       with(genes(), {{"hidden", "100"},
                      {"encoder-norm", "batch"},
                      {"states", "3"},
                      {"beta-min", "0.1"},
                      {"congestion", "0.1"},
                      {"warm-up-stages", "1"},
                      {"stage-share", "0.1"},
                      {"batch-size", "1000"},
                      {"schedule", "constant"}})},
  };
}

std::vector<Preset> vade_presets() {
  const Settings published = with(images(), {{"augment", "none"},
                                             {"batch-size", "100"},
                                             {"epochs", "300"},
                                             {"learning-rate", "0.002"},
                                             {"pretraining-rate", "0.5"}});
  auto reference = published;
  reference.emplace_back("weight-count", "per-dimension");
  return {
      {"default",
       "layers of 100, 100 and 200 units, squared error of principal components",
       {{"hidden", "100"}, {"wide-hidden", "200"}, {"augment", "none"}}},
      {"mnist",
       "Jiang 2017 for MNIST (layers 500, 500 and 2,000, code 10, batch 100, Adam 2e-3), with 300 "
       "epochs, of which 90 as an autoencoder, and falling learning rates where theirs is times "
       "0.9 every 10 of 3,000 epochs",
       published},
      {"reference",
       "the same with type probabilities as the authors' released code computes them: the types' "
       "weights count once for each dimension of the code",
       std::move(reference)},
  };
}

std::vector<Preset> info_gan_presets() {
  return {
      {"default",
       "dense networks that generate principal components, with the optimiser as published",
       {{"augment", "none"},
        {"batch-size", "128"},
        {"learning-rate", "0.0002"},
        {"schedule", "constant"},
        {"adam-beta1", "0.5"}}},
      {"mnist",
       "the authors' program for MNIST: convolutions, batches of 128, Adam 2e-4 and 1e-3; 36 "
       "epochs make the 15,000 steps that the comparison by the authors of cpl-mixVAE took",
       with(images(), {{"types", "10"},
                       {"network", "convolutional"},
                       {"latent", "128"},
                       {"augment", "none"},
                       {"batch-size", "128"},
                       {"epochs", "36"},
                       {"learning-rate", "0.0002"},
                       {"schedule", "constant"},
                       {"adam-beta1", "0.5"}}),
       28},
  };
}

}  // namespace mixvae::models
