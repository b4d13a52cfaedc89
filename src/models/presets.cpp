#include "models/presets.hpp"

namespace mixvae::models {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

/// Settings followed by others.
Settings with(Settings first, const Settings& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

/// From random weights, in one phase, from the features themselves, as the authors of cpl-mixVAE
/// train.
const Settings& from_random_weights() {
  static const Settings kSettings = {{"state-encoder", "shared"},  {"reconstruction", "1"},
                                     {"similar-share", "auto"},    {"start", "none"},
                                     {"state-epochs", "0"},        {"space", "features"},
                                     {"similarity-different", "1"}};
  return kSettings;
}

Settings published_objective() {
  return with(
      from_random_weights(),
      {{"distance", "d-sigma"}, {"entropy", "1"}, {"balance", "0"}, {"schedule", "constant"}});
}

/// Genes as the authors of cpl-mixVAE read them, without their augmenter.
Settings published_genes(const Settings& more) {
  const Settings genes = {{"hidden-layers", "4"},   {"latent", "10"},
                          {"input-dropout", "0.5"}, {"head", "double"},
                          {"tau", "0.005"},         {"temperature", "1"},
                          {"output", "relu"},       {"library-size", "1000000"},
                          {"scale", "none"},        {"features", "5000"},
                          {"augment", "none"},      {"epochs", "10000"}};
  return with(with(published_objective(), genes), more);
}

/// Images, with affine copies in place of the authors' augmenter.
const Settings& images_and_copies() {
  static const Settings kSettings = {{"likelihood", "bernoulli"}, {"normalise", "none"},
                                     {"scale", "common"},         {"trust-values", "true"},
                                     {"features", "all"},         {"augment", "affine"}};
  return kSettings;
}

}  // namespace

std::vector<Preset> cpl_mixvae_presets() {
  return {
      {"default", "our defaults, the same for all data sets (docs/model.md)", {}},
      {"published",
       "the authors' settings for Smart-seq data, without their augmenter (docs/equations.md, "
       "settings)",
       published_genes({{"batch-size", "5000"}})},
      {"smartseq-alm-visp",
       "the same with the number of types of the mouse ALM and VISp cells of Tasic 2018: 115 "
       "types, 2 states; 40,000 steps for 22,365 cells",
       published_genes({{"types", "115"}, {"batch-size", "5000"}})},
      {"10x-mop",
       "the same for the 10x cells of the mouse motor cortex: 140 types, 2 states; 220,000 steps "
       "for 123,000 cells",
       published_genes({{"types", "140"}, {"batch-size", "5000"}})},
      {"mnist",
       "MNIST from random weights: the authors' K, S and temperature, but arms agree by the "
       "probability of equal types (weight 50, with a balance term) in place of d_sigma, and the "
       "best of six beginnings goes on (docs/results.md)",
       with(with(from_random_weights(), images_and_copies()), {{"types", "10"},
                                                               {"states", "10"},
                                                               {"hidden-layers", "4"},
                                                               {"latent", "10"},
                                                               {"temperature", "0.67"},
                                                               {"affine-rotation", "20"},
                                                               {"coupling", "50"},
                                                               {"balance", "50"},
                                                               {"restarts", "6"},
                                                               {"restart-share", "0.5"},
                                                               {"batch-size", "256"},
                                                               {"epochs", "26"}})},
      {"dsprites",
       "the authors' K, S, temperature and coupling for dSprites; what they do not print is taken "
       "from JointVAE's network and batches, with affine copies for their augmenter",
       with(with(published_objective(), images_and_copies()), {{"types", "3"},
                                                               {"states", "6"},
                                                               {"network", "convolutional"},
                                                               {"latent", "256"},
                                                               {"head", "double"},
                                                               {"tau", "0.005"},
                                                               {"temperature", "0.67"},
                                                               {"coupling", "10"},
                                                               {"batch-size", "64"},
                                                               {"epochs", "26"}}),
       64},
  };
}

std::vector<Preset> moe_sim_vae_presets() {
  const Settings fit = {{"augment", "none"}, {"similarity", "knn"}, {"similarity-different", "1"}};
  return {
      {"default", "our defaults for this model (docs/model.md)", fit},
      {"paper-exact",
       "the objective as the paper prints it: sums, the similarity's positive part alone, KL with "
       "the covariance's inverse (Eq. 3), the batch's weighted means as centres, all experts "
       "averaged, neighbours on a UMAP; sizes of layers differ between its experiments and stay "
       "ours",
       with(fit, {{"likelihood", "bernoulli"},
                  {"scale", "unit"},
                  {"terms", "sum"},
                  {"similarity-parts", "positive"},
                  {"similar-share", "auto"},
                  {"kl-direction", "reverse"},
                  {"centre", "em"},
                  {"routing", "soft"},
                  {"space", "features"},
                  {"start", "none"},
                  {"schedule", "constant"},
                  {"neighbour-space", "umap"},
                  {"similarity-neighbours", "10"},
                  {"batch-size", "128"}})},
      {"reference",
       "what the authors' released code computes (mouse organs): no dropout, no batch statistics, "
       "DEPICT of the clean pass against itself, centres that learn by the KL alone, known types "
       "by "
       "a binary cross-entropy, hard routing",
       {{"likelihood", "bernoulli"},
        {"latent", "20"},
        {"encoder-norm", "none"},
        {"noise-dropout", "0"},
        {"depict-pass", "clean"},
        {"gating-input", "sample"},
        {"centre", "learned"},
        {"known-term", "binary"},
        {"reconstruction", "1"},
        {"mixture-kl", "0.2"},
        {"similarity-weight", "0.8"},
        {"similar-share", "auto"},
        {"known-weight", "0.8"},
        {"depict-weight", "0.8"},
        {"space", "features"},
        {"start", "none"},
        {"schedule", "constant"},
        {"augment", "none"},
        {"similarity", "none"},
        {"similarity-different", "1"},
        {"scale", "unit"},
        {"batch-size", "256"},
        {"adam-beta2", "0.99"}}},
  };
}

std::vector<Preset> joint_vae_presets() {
  return {
      {"default",
       "fully connected, squared error of principal components, capacities as published for MNIST",
       {{"augment", "none"}, {"capacity-steps", "500"}, {"schedule", "constant"}}},
      {"mnist",
       "Dupont 2018 for MNIST: convolutions, batches of 64, Adam 5e-4, capacities 5 and 5 nats "
       "over "
       "25,000 steps, weights 30; images of 28 x 28 are padded, not resized, to 32 x 32",
       {{"types", "10"},
        {"network", "convolutional"},
        {"likelihood", "bernoulli"},
        {"space", "features"},
        {"normalise", "none"},
        {"scale", "common"},
        {"trust-values", "true"},
        {"features", "all"},
        {"augment", "none"},
        {"batch-size", "64"},
        {"epochs", "100"},
        {"learning-rate", "0.0005"},
        {"schedule", "constant"}},
       28},
      {"dsprites",
       "Dupont 2018 for dSprites: convolutions, batches of 64, Adam 5e-4, capacities 40 and 1.1 "
       "nats "
       "over 300,000 steps, weights 150",
       {{"types", "3"},
        {"states", "6"},
        {"network", "convolutional"},
        {"likelihood", "bernoulli"},
        {"state-capacity", "40"},
        {"type-capacity", "1.1"},
        {"state-weight", "150"},
        {"type-weight", "150"},
        {"capacity-steps", "300000"},
        {"space", "features"},
        {"normalise", "none"},
        {"scale", "common"},
        {"trust-values", "true"},
        {"features", "all"},
        {"augment", "none"},
        {"batch-size", "64"},
        {"epochs", "30"},
        {"learning-rate", "0.0005"},
        {"schedule", "constant"}},
       64},
      {"genes",
       "the comparison by the authors of cpl-mixVAE: their network, mean squared error (ours is "
       "half "
       "of it, as are the weights, theirs 100), capacities over 10,000 steps (state 10 ln S, type "
       "2 ln K: set --state-capacity and "
       "--type-capacity)",
       {{"hidden", "100"},
        {"hidden-layers", "4"},
        {"latent", "10"},
        {"encoder-norm", "batch"},
        {"input-dropout", "0.5"},
        {"states", "2"},
        {"output", "relu"},
        {"scale", "none"},
        {"capacity-scale", "reconstruction"},
        {"state-weight", "50"},
        {"type-weight", "50"},
        {"state-capacity", "6.93"},
        {"type-capacity", "9.5"},
        {"capacity-steps", "10000"},
        {"space", "features"},
        {"library-size", "1000000"},
        {"features", "5000"},
        {"augment", "none"},
        {"batch-size", "1000"},
        {"epochs", "10000"},
        {"learning-rate", "0.0005"},
        {"schedule", "constant"}}},
  };
}

std::vector<Preset> cascade_vae_presets() {
  const Settings images = {
      {"likelihood", "bernoulli"}, {"space", "features"},    {"normalise", "none"},
      {"scale", "common"},         {"trust-values", "true"}, {"features", "all"},
      {"augment", "none"},         {"batch-size", "64"},     {"schedule", "constant"}};
  return {
      {"default",
       "fully connected, squared error of principal components; types from the first stage on, "
       "then two states of weight 1: most of what cells differ by is their type",
       {{"augment", "none"}, {"schedule", "constant"}}},
      {"mnist",
       "ours, with the batch and the congestion published for dSprites, since none are published "
       "for MNIST: types from the first stage on, then ten states of weight 1; fully connected "
       "layers of 256 units",
       with(images, {{"states", "10"}, {"learning-rate", "0.0005"}, {"epochs", "30"}})},
      {"dsprites",
       "the authors' settings for dSprites (6 states, weights 0.1 and 10, four warm-up stages of "
       "20,000 of 300,000 steps, batch 64, Adam 1e-4), convolutional",
       with(images, {{"types", "3"},
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
       {{"hidden", "100"},
        {"hidden-layers", "4"},
        {"latent", "10"},
        {"encoder-norm", "batch"},
        {"input-dropout", "0.5"},
        {"states", "3"},
        {"beta-min", "0.1"},
        {"congestion", "0.1"},
        {"warm-up-stages", "1"},
        {"stage-share", "0.1"},
        {"scale", "none"},
        {"space", "features"},
        {"library-size", "1000000"},
        {"features", "5000"},
        {"augment", "none"},
        {"batch-size", "1000"},
        {"epochs", "10000"},
        {"schedule", "constant"}}},
  };
}

std::vector<Preset> vade_presets() {
  const Settings published = {
      {"likelihood", "bernoulli"}, {"space", "features"},      {"normalise", "none"},
      {"scale", "common"},         {"trust-values", "true"},   {"features", "all"},
      {"augment", "none"},         {"batch-size", "100"},      {"epochs", "300"},
      {"learning-rate", "0.002"},  {"pretraining-rate", "0.5"}};
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
       {{"types", "10"},
        {"network", "convolutional"},
        {"latent", "128"},
        {"likelihood", "bernoulli"},
        {"space", "features"},
        {"normalise", "none"},
        {"scale", "common"},
        {"trust-values", "true"},
        {"features", "all"},
        {"augment", "none"},
        {"batch-size", "128"},
        {"epochs", "36"},
        {"learning-rate", "0.0002"},
        {"schedule", "constant"},
        {"adam-beta1", "0.5"}},
       28},
  };
}

}  // namespace mixvae::models
