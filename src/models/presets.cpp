#include "models/presets.hpp"

#include "models/preset_settings.hpp"

namespace mixvae::models {
namespace {

/// From random weights, in one phase, from the features themselves, as the authors of cpl-mixVAE
/// train.
const Settings& from_random_weights() {
  static const Settings kSettings = {{"state-encoder", "shared"}, {"reconstruction", "1"},
                                     {"similar-share", "auto"},   {"start", "none"},
                                     {"state-epochs", "0"},       {"similarity-different", "1"}};
  return kSettings;
}

Settings published_objective() {
  return with(
      from_random_weights(),
      {{"distance", "d-sigma"}, {"entropy", "1"}, {"balance", "0"}, {"schedule", "constant"}});
}

/// Genes as the authors of cpl-mixVAE read them, without their augmenter.
Settings published_genes(const Settings& more) {
  return with(
      with(genes(), published_objective()),
      with({{"head", "double"}, {"tau", "0.005"}, {"temperature", "1"}, {"output", "relu"}}, more));
}

/// MoE-Sim-VAE's objective as its paper has it.
Settings published_objective_of_moe() {
  return {{"augment", "none"},        {"similarity-different", "1"},  {"terms", "sum"},
          {"similar-share", "auto"},  {"kl-direction", "reverse"},    {"centre", "em"},
          {"gating-input", "sample"}, {"noise-layers", "clustering"}, {"start", "none"},
          {"schedule", "constant"}};
}

/// The same with the 10 nearest on a UMAP as similar cells, in batches of 128.
Settings published_similarity() {
  return with(published_objective_of_moe(), {{"similarity", "knn"},
                                             {"neighbour-space", "umap"},
                                             {"umap-input", "features"},
                                             {"similarity-neighbours", "10"},
                                             {"batch-size", "128"}});
}

/// Images by MoE-Sim-VAE as docs/results.md has them (bench/mnist.toml).
Settings own_images() {
  return {{"augment", "affine"},
          {"similarity-different", "1"},
          {"similar-share", "auto"},
          {"similarity", "knn"},
          {"similarity-weight", "0.3"},
          {"neighbour-space", "umap"},
          {"straighten", "true"},
          {"start", "leiden"},
          {"start-share", "0.1"},
          {"encoder", "convolutional"},
          {"hidden", "500"},
          {"hidden-layers", "2"},
          {"latent", "32"},
          {"decoder-hidden", "200"},
          {"coupling", "1"},
          {"balance", "1"},
          {"depict-weight", "0"},
          {"noise-dropout", "0"},
          {"code-noise", "0.1"},
          {"learning-rate", "0.002"},
          {"epochs", "25"}};
}

/// MoE-Sim-VAE's network and training for MNIST.
Settings published_digits() {
  return {{"types", "10"},
          {"encoder", "convolutional"},
          {"convolutions", "64,128,pool,128,pool,64,8"},
          {"latent", "68"},
          {"gating-layers", "3"},
          {"gating-hidden", "200"},
          {"expert-network", "convolutional"},
          {"learning-rate", "0.0001"},
          {"steps", "20000"}};
}

/// MoE-Sim-VAE's network and objective for cytometry.
Settings published_cytometry() {
  return with(published_similarity(), {{"likelihood", "bernoulli"},
                                       {"scale", "unit"},
                                       {"space", "features"},
                                       {"umap-metric", "canberra"},
                                       {"activation", "relu"},
                                       {"expert-norm", "batch"},
                                       {"latent", "9"},
                                       {"hidden", "20"},
                                       {"hidden-layers", "3"},
                                       {"gating-layers", "5"},
                                       {"gating-hidden", "9"},
                                       {"reconstruction", "1"},
                                       {"mixture-kl", "0"},
                                       {"similarity-weight", "1"},
                                       {"depict-weight", "1"}});
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
       with(with(images(), from_random_weights()), {{"augment", "affine"},
                                                    {"types", "10"},
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
       with(with(images(), published_objective()), {{"augment", "affine"},
                                                    {"types", "3"},
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
       "the objective as the paper has it: sums, KL with the covariance's inverse (Eq. 3), the "
       "batch's weighted means as centres, the most probable type's expert, a clustering network "
       "that reads the sampled code and alone has dropout, neighbours on a UMAP; sizes of layers "
       "differ between its experiments and stay ours",
       with(published_similarity(),
            {{"likelihood", "bernoulli"}, {"scale", "unit"}, {"space", "features"}})},
      {"images",
       "our settings for small images, found on MNIST (docs/results.md): starts from Leiden "
       "communities on a UMAP of images made upright, learns from affine copies",
       with(images(), own_images()), 28},
      {"mnist",
       "the paper for MNIST (table B.3): convolutional encoder and experts, code 68, clustering "
       "network 3 x 200, 20,000 steps of 128 images, Adam 1e-4; long on a CPU",
       with(with(images(), published_similarity()), published_digits())},
      {"organs",
       "the paper for organs of the mouse (table B.3): 7 types, code 20, layers of 100, 20,000 "
       "steps of 256 cells, weights 1, 0.8 and 0.2; similar cells are those of one --signatures "
       "gene",
       with(published_objective_of_moe(), {{"likelihood", "bernoulli"},
                                           {"scale", "unit"},
                                           {"space", "features"},
                                           {"expert-norm", "batch"},
                                           {"types", "7"},
                                           {"latent", "20"},
                                           {"reconstruction", "1"},
                                           {"mixture-kl", "0.2"},
                                           {"similarity-weight", "0.8"},
                                           {"depict-weight", "0.8"},
                                           {"known-weight", "0"},
                                           {"similarity", "none"},
                                           {"batch-size", "256"},
                                           {"steps", "20000"}})},
      {"weber",
       "the paper for the cytometry data that Weber and Robinson compared (table B.3): 25 types, "
       "code 9, layers of 20 and 9, ReLU, no KL, 30,000 steps of 128 cells; neighbours on a UMAP "
       "by the Canberra distance of the markers",
       with(published_cytometry(), {{"types", "25"}, {"steps", "30000"}})},
      {"bodenmiller",
       "the paper for the cytometry data of Bodenmiller 2012 (table B.3): the same with 15 types, "
       "20,000 steps and Adam 5e-3",
       with(published_cytometry(),
            {{"types", "15"}, {"steps", "20000"}, {"learning-rate", "0.005"}})},
      {"reference",
       "what the authors' released code computes (mouse organs): no dropout, no batch statistics, "
       "DEPICT of the clean pass against itself, centres that learn by the KL alone, known types "
       "by a binary cross-entropy, hard routing",
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

}  // namespace mixvae::models
