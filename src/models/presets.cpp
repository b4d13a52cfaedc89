#include "models/presets.hpp"

namespace mixvae::models {

std::vector<Preset> cpl_mixvae_presets() {
  return {
      {"default", "our defaults, the same for all data sets (docs/model.md)", {}},
      {"published",
       "the authors' settings for Smart-seq data, without their augmenter (docs/equations.md, "
       "settings)",
       {{"hidden-layers", "4"},
        {"latent", "10"},
        {"input-dropout", "0.5"},
        {"head", "double"},
        {"tau", "0.005"},
        {"temperature", "1"},
        {"state-encoder", "shared"},
        {"output", "relu"},
        {"reconstruction", "1"},
        {"distance", "d-sigma"},
        {"entropy", "1"},
        {"balance", "0"},
        {"similar-share", "auto"},
        {"start", "none"},
        {"state-epochs", "0"},
        {"space", "features"},
        {"library-size", "1000000"},
        {"scale", "none"},
        {"features", "5000"},
        {"augment", "none"},
        {"similarity-different", "1"},
        {"batch-size", "1000"},
        {"epochs", "10000"},
        {"schedule", "constant"}}},
      {"dsprites",
       "the authors' K, S, temperature and coupling for dSprites; what they do not print is taken "
       "from JointVAE's network and batches, with affine copies for their augmenter",
       {{"types", "3"},
        {"states", "6"},
        {"network", "convolutional"},
        {"latent", "256"},
        {"head", "double"},
        {"tau", "0.005"},
        {"temperature", "0.67"},
        {"state-encoder", "shared"},
        {"likelihood", "bernoulli"},
        {"reconstruction", "1"},
        {"distance", "d-sigma"},
        {"coupling", "10"},
        {"entropy", "1"},
        {"balance", "0"},
        {"similar-share", "auto"},
        {"start", "none"},
        {"state-epochs", "0"},
        {"space", "features"},
        {"normalise", "none"},
        {"scale", "common"},
        {"trust-values", "true"},
        {"features", "all"},
        {"augment", "affine"},
        {"similarity-different", "1"},
        {"batch-size", "64"},
        {"epochs", "26"},
        {"schedule", "constant"}},
       64},
  };
}

std::vector<Preset> moe_sim_vae_presets() {
  const std::vector<std::pair<std::string, std::string>> fit = {
      {"augment", "none"}, {"similarity", "knn"}, {"similarity-different", "1"}};
  const auto with = [&fit](const std::vector<std::pair<std::string, std::string>>& more) {
    auto all = fit;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  return {
      {"default", "our defaults for this model (docs/model.md)", fit},
      {"paper-exact",
       "the objective as the paper prints it: sums, the similarity's positive part alone, KL with "
       "the covariance's inverse (Eq. 3), the batch's weighted means as centres, all experts "
       "averaged, neighbours on a UMAP; sizes of layers differ between its experiments and stay "
       "ours",
       with({{"likelihood", "bernoulli"},
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

}  // namespace mixvae::models
