#include "models/moe_sim_vae_options.hpp"

#include "models/parts/joined_options.hpp"

namespace mixvae::models {
namespace {

Options options(GatingOptions& gating) {
  return {
      {.name = "gating-layers",
       .target = &gating.gating_layers,
       .meaning = "number of hidden layers between code and types (the clustering network)",
       .minimum = 0,
       .maximum = 50},
      {.name = "gating-hidden",
       .target = &gating.gating_hidden,
       .meaning = "number of units in each hidden layer of the clustering network",
       .minimum = 1,
       .maximum = 100000,
       .needs = {"gating-layers!=0"}},
      {.name = "gating-input",
       .target = word(gating.gating_input),
       .meaning = "what the clustering network sees while training: the code's mean, or a sample "
                  "around it, as in the paper; types of cells are read from the mean",
       .choices = {"mean", "sample"}},
  };
}

Options options(NoiseOptions& noise) {
  return {
      {.name = "code-noise",
       .target = &noise.code_noise,
       .meaning = "standard deviation of the code around its mean while training",
       .minimum = 0,
       .maximum = 1000},
      {.name = "noise-dropout",
       .target = &noise.noise_dropout,
       .meaning = "dropout after each layer of the noisy pass",
       .minimum = 0,
       .maximum = 0.99,
       .needs = {"depict-pass!=clean", "depict-weight!=0|coupling!=0|start!=none"}},
      {.name = "noise-layers",
       .target = word(noise.noise_layers),
       .meaning = "which layers of the noisy pass have its dropout: all, with a code of its own, "
                  "or those of the clustering network alone, on the code of the clean pass, as in "
                  "the paper",
       .choices = {"all", "clustering"},
       .needs = {"depict-pass!=clean", "depict-weight!=0|coupling!=0|start!=none"}},
      {.name = "depict-weight",
       .target = &noise.depict_weight,
       .meaning = "weight of the DEPICT term, which lets a noisy pass agree with the clean one",
       .minimum = 0,
       .maximum = 1e9},
      {.name = "depict-pass",
       .target = word(noise.depict_pass),
       .meaning = "what DEPICT's target is compared with: a noisy pass, or the clean pass it was "
                  "made from, with gradients through both, as the authors' code does",
       .choices = {"noisy", "clean"}},
  };
}

Options options(MixtureOptions& mixture) {
  return {
      {.name = "mixture-kl",
       .target = &mixture.mixture_kl,
       .meaning = "weight of the KL divergence of the types' code variances from 1",
       .minimum = 0,
       .maximum = 1e9},
      {.name = "kl-direction",
       .target = word(mixture.kl_direction),
       .meaning = "KL(N(v) || N(1)) as the authors' code has it, or the reverse, as their paper "
                  "has it",
       .choices = {"standard", "reverse"},
       .needs = {"mixture-kl!=0"}},
      {.name = "centre",
       .target = word(mixture.centre),
       .meaning = "the types' code means: the batch's weighted sums over the number of cells whose "
                  "most probable type it is (Eq. 6 of the paper), running averages over most "
                  "probable types, or learned",
       .choices = {"em", "ema", "learned"}},
      {.name = "centre-momentum",
       .target = &mixture.centre_momentum,
       .meaning = "share of the old mean in the running averages of the types' codes",
       .minimum = 0,
       .maximum = 0.999999},
  };
}

Options options(MoeObjectiveOptions& objective) {
  return {
      {.name = "reconstruction",
       .target = &objective.reconstruction,
       .meaning = "weight of the reconstruction term",
       .minimum = 0,
       .maximum = 1e6},
      {.name = "terms",
       .target = word(objective.terms),
       .meaning = "every term a mean (reconstruction over cells and features, KL over types, "
                  "similarity over pairs, DEPICT over cells), or a sum but for DEPICT, as the "
                  "paper has it",
       .choices = {"mean", "sum"}},
  };
}

}  // namespace

std::vector<PartOptions> parts(MoeSimVaeOptions& model) {
  return {
      {"Encoder", joined({options(model.encoder), options(model.encoder_kind),
                          options(model.encoder_norm), options(model.activation)})},
      {"Types", joined({options(model.gating), options(model.type_head)})},
      {"Decoder and likelihood", joined({options(model.decoder), options(model.decoder_sizes),
                                         options(model.experts), options(model.likelihood)})},
      {"Noise and mixture of codes", joined({options(model.noise), options(model.mixture)})},
      {"Objective", joined({options(model.objective), options(model.coupling),
                            options(model.similarity), options(model.known)})},
      {"Start and pruning", joined({options(model.start), options(model.pruning)}), false},
  };
}

}  // namespace mixvae::models
