#include "models/cpl_mixvae_options.hpp"

namespace mixvae::models {

CplMixVaeOptions default_options() {
  CplMixVaeOptions rule;
  rule.similar_share = 0.2;
  return rule;
}

CplMixVaeOptions published_options() {
  CplMixVaeOptions published;
  published.hidden_layers = 4;
  published.latent = 10;
  published.input_dropout = 0.5;
  published.head = "double";
  published.tau = 0.005;
  published.temperature = 1.0;
  published.state_encoder = "shared";
  published.output = "relu";
  published.reconstruction = 1.0;
  published.distance = "d-sigma";
  published.entropy = 1.0;
  published.balance = 0.0;
  published.similar_share = std::nullopt;
  return published;
}

CplMixVaeOptions moe_sim_vae_options() {
  CplMixVaeOptions moe;
  moe.arms = 1;
  moe.states = 0;
  moe.latent = 10;
  moe.decoder = "experts";
  moe.reconstruction = 0.487;
  moe.similarity_weight = 0.487;
  moe.coupling = 0.0;
  moe.balance = 0.0;
  return moe;
}

CplMixVaeOptions paper_exact_options() {
  CplMixVaeOptions paper = moe_sim_vae_options();
  paper.likelihood = "bernoulli";
  paper.terms = "sum";
  paper.similarity_parts = "positive";
  paper.similar_share = std::nullopt;
  paper.kl_direction = "reverse";
  paper.centre = "em";
  paper.routing = "soft";
  return paper;
}

CplMixVaeOptions reference_options() {
  CplMixVaeOptions code = moe_sim_vae_options();
  code.likelihood = "bernoulli";
  code.latent = 20;
  code.encoder_norm = "none";
  code.noise_dropout = 0.0;
  code.depict_pass = "clean";
  code.gating_input = "sample";
  code.centre = "learned";
  code.known_term = "binary";
  code.reconstruction = 1.0;
  code.mixture_kl = 0.2;
  code.similarity_weight = 0.8;
  code.similar_share = std::nullopt;
  code.known_weight = 0.8;
  code.depict_weight = 0.8;
  return code;
}

Options options(CplMixVaeOptions& model) {
  return {
      {.name = "arms",
       .target = &model.arms,
       .meaning = "autoencoder arms that must agree on the type of a cell",
       .minimum = 1,
       .maximum = 64},
      {.name = "states",
       .target = &model.states,
       .meaning = "dimensions of the continuous state within a type",
       .minimum = 0,
       .maximum = 1000},
      {.name = "hidden",
       .target = &model.hidden,
       .meaning = "units of each hidden layer",
       .minimum = 1,
       .maximum = 100000},
      {.name = "hidden-layers",
       .target = &model.hidden_layers,
       .meaning = "hidden layers of the encoder, and of the decoder, before and after the "
                  "low-dimensional code",
       .minimum = 1,
       .maximum = 50},
      {.name = "latent",
       .target = &model.latent,
       .meaning = "width of the low-dimensional code between encoder and type head",
       .minimum = 1,
       .maximum = 100000},
      {.name = "input-dropout",
       .target = &model.input_dropout,
       .meaning = "share of input values set to zero while training",
       .minimum = 0,
       .maximum = 0.99},
      {.name = "state-dropout",
       .target = &model.state_dropout,
       .meaning = "share of state values set to zero at the decoder while training",
       .minimum = 0,
       .maximum = 0.99},
      {.name = "head",
       .target = &model.head,
       .meaning = "type head: softmax(softmax(a)/tau), as the authors' code, or softmax(a/tau)",
       .choices = {"double", "single"}},
      {.name = "tau",
       .target = &model.tau,
       .meaning = "temperature of the type head; small values make posteriors sharp",
       .minimum = 1e-6,
       .maximum = 1000},
      {.name = "temperature",
       .target = &model.temperature,
       .meaning = "temperature of the Gumbel-softmax sample",
       .minimum = 1e-3,
       .maximum = 1000},
      {.name = "hard",
       .target = &model.hard,
       .meaning = "pass on one-hot samples (straight-through gradient) instead of relaxed ones"},
      {.name = "state-given-type",
       .target = &model.state_given_type,
       .meaning =
           "let the state posterior see the type sample (s|c); false: independent (s without c)"},
      {.name = "state-encoder",
       .target = &model.state_encoder,
       .meaning = "what the state posterior reads: the code of the encoder that it shares with the "
                  "types, or that of an encoder of its own",
       .choices = {"own", "shared"}},
      {.name = "shared-weights",
       .target = &model.shared_weights,
       .meaning = "all arms share one set of weights"},
      {.name = "output",
       .target = &model.output,
       .meaning = "activation of the decoder's last layer",
       .choices = {"relu", "linear"}},
      {.name = "reconstruction",
       .target = &model.reconstruction,
       .meaning = "weight of the reconstruction term",
       .minimum = 0,
       .maximum = 1e6},
      {.name = "beta",
       .target = &model.beta,
       .meaning = "weight of the state's KL divergence",
       .minimum = 0,
       .maximum = 1e6},
      {.name = "coupling",
       .target = &model.coupling,
       .meaning = "weight (lambda) of the distance between the arms' type posteriors; moe-sim-vae: "
                  "between "
                  "those of its clean and its noisy pass",
       .minimum = 0,
       .maximum = 1e9},
      {.name = "distance",
       .target = &model.distance,
       .meaning = "distance between type posteriors",
       .choices = {"d-sigma", "aitchison", "euclidean", "agreement"}},
      {.name = "log-type",
       .target = &model.log_type,
       .meaning = "log q: floored is log(q + 1e-8), exact is the log-softmax",
       .choices = {"floored", "exact"}},
      {.name = "variance-floor",
       .target = &model.variance_floor,
       .meaning = "added to the batch variance of each type in d-sigma",
       .minimum = 0,
       .maximum = 1},
      {.name = "entropy",
       .target = &model.entropy,
       .meaning = "weight of the negative entropy of each cell's type posterior (A >= 2)",
       .minimum = 0,
       .maximum = 1e6},
      {.name = "balance",
       .target = &model.balance,
       .meaning = "weight of the negative entropy of the batch-mean type posterior; higher spreads "
                  "cells over types",
       .minimum = 0,
       .maximum = 1e6},
      {.name = "prior-weight",
       .target = &model.prior_weight,
       .meaning = "weight of the reference prior's cross-entropy, where a prior is given",
       .minimum = 0,
       .maximum = 1e9},
      {.name = "known-weight",
       .target = &model.known_weight,
       .meaning = "weight of the cross-entropy of types that are known (--known-types, "
                  "--signatures)",
       .minimum = 0,
       .maximum = 1e9},
      {.name = "decoder",
       .target = &model.decoder,
       .meaning = "one decoder shared by all types, or an expert of its own for each type",
       .choices = {"shared", "experts"}},
      {.name = "routing",
       .target = &model.routing,
       .meaning = "which experts decode a cell: that of its most probable type, or all, averaged "
                  "with the type posterior (as many times the work); cpl-mixvae trains with a "
                  "sampled type in the posterior's place",
       .choices = {"hard", "soft"}},
      {.name = "decoder-hidden",
       .target = &model.decoder_hidden,
       .meaning = "units of each hidden layer of the decoder; auto: as --hidden",
       .minimum = 1,
       .maximum = 100000},
      {.name = "likelihood",
       .target = &model.likelihood,
       .meaning =
           "reconstruction error: half the squared error, or the Bernoulli cross-entropy for "
           "values in [0, 1], whose output is a logit",
       .choices = {"mse", "bernoulli"}},
      {.name = "similarity-weight",
       .target = &model.similarity_weight,
       .meaning = "weight of the similarity term, where similarities are given",
       .minimum = 0,
       .maximum = 1e9},
      {.name = "similar-share",
       .target = &model.similar_share,
       .meaning = "share of the similarity term that pairs of similar cells carry, whatever their "
                  "number; auto: every pair counts the same, as published, which cuts large "
                  "types",
       .minimum = 0,
       .maximum = 1},
      {.name = "terms",
       .target = &model.terms,
       .meaning = "moe-sim-vae: every term a mean (reconstruction over cells and features, KL over "
                  "types, similarity over pairs, DEPICT over cells), or a sum, as the paper has it",
       .choices = {"mean", "sum"}},
      {.name = "similarity-parts",
       .target = &model.similarity_parts,
       .meaning = "parts of the similarity's cross-entropy: both, or that of similar pairs alone, "
                  "which the paper of MoE-Sim-VAE prints",
       .choices = {"both", "positive"}},
      {.name = "depict-pass",
       .target = &model.depict_pass,
       .meaning = "moe-sim-vae: what DEPICT's target is compared with: a noisy pass, or the clean "
                  "pass it was made from, with gradients through both, as the authors' code does",
       .choices = {"noisy", "clean"}},
      {.name = "known-term",
       .target = &model.known_term,
       .meaning =
           "cross-entropy of known types: of the type (categorical), or of belonging or not "
           "to each of all types (binary), as the authors' code of MoE-Sim-VAE has it, where "
           "known types say nothing of pairs",
       .choices = {"categorical", "binary"}},
      {.name = "gating-input",
       .target = &model.gating_input,
       .meaning = "moe-sim-vae: what the clustering network reads while training: the code's mean, "
                  "or the sample, as in the authors' code",
       .choices = {"mean", "sample"}},
      {.name = "encoder-norm",
       .target = &model.encoder_norm,
       .meaning = "moe-sim-vae: normalise the encoder's layers by the batch, or not, as in the "
                  "authors' code, whose batch norm never sees a batch's statistics",
       .choices = {"batch", "none"}},
      {.name = "encoder",
       .target = &model.encoder,
       .meaning = "moe-sim-vae: encoder of --hidden-layers dense layers, or of --convolutions over "
                  "images, whose pixels, row by row, are the features",
       .choices = {"dense", "convolutional"}},
      {.name = "convolutions",
       .target = &model.convolutions,
       .meaning = "moe-sim-vae: layers of the convolutional encoder before the code: CHANNELS, "
                  "CHANNELSxKERNEL (kernel 3 without it), CHANNELSxKERNEL/STRIDE, or pool (largest "
                  "of 2 x 2); the published network is 64,128,pool,128,pool,64,8"},
      {.name = "image-width",
       .target = &model.image_width,
       .meaning = "moe-sim-vae: pixels in a row of an image; auto: as an IDX file says, else those "
                  "of a square image",
       .minimum = 1,
       .maximum = 100000},
      {.name = "gating-layers",
       .target = &model.gating_layers,
       .meaning = "moe-sim-vae: hidden layers of the clustering network between code and type",
       .minimum = 0,
       .maximum = 50},
      {.name = "gating-hidden",
       .target = &model.gating_hidden,
       .meaning = "moe-sim-vae: units of each hidden layer of the clustering network",
       .minimum = 1,
       .maximum = 100000},
      {.name = "depict-weight",
       .target = &model.depict_weight,
       .meaning = "moe-sim-vae: weight of the DEPICT term, which lets a noisy pass agree with the "
                  "clean one",
       .minimum = 0,
       .maximum = 1e9},
      {.name = "noise-dropout",
       .target = &model.noise_dropout,
       .meaning = "moe-sim-vae: dropout after each layer of the noisy pass",
       .minimum = 0,
       .maximum = 0.99},
      {.name = "code-noise",
       .target = &model.code_noise,
       .meaning = "moe-sim-vae: standard deviation of the code around its mean while training",
       .minimum = 0,
       .maximum = 1000},
      {.name = "mixture-kl",
       .target = &model.mixture_kl,
       .meaning = "moe-sim-vae: weight of the KL divergence of the types' code variances from 1",
       .minimum = 0,
       .maximum = 1e9},
      {.name = "kl-direction",
       .target = &model.kl_direction,
       .meaning = "moe-sim-vae: KL(N(v) || N(1)) as the authors' code has it, or the reverse, as "
                  "their paper has it",
       .choices = {"standard", "reverse"}},
      {.name = "centre",
       .target = &model.centre,
       .meaning = "moe-sim-vae: the types' code means: the batch's weighted means, their running "
                  "averages over most probable types, or learned",
       .choices = {"em", "ema", "learned"}},
      {.name = "centre-momentum",
       .target = &model.centre_momentum,
       .meaning = "moe-sim-vae: share of the old mean in a running average",
       .minimum = 0,
       .maximum = 0.999999},
      {.name = "kernels",
       .target = &model.kernels,
       .meaning = "how layers, types, experts and terms of the objective are computed on the CPU: "
                  "fused (few passes; wide layers without a cells x features matrix) or plain "
                  "tensor operations; results agree but for rounding",
       .choices = {"fused", "plain"}},
      {.name = "precision",
       .target = &model.precision,
       .meaning = "cpl-mixvae: what the matrix products of a wide output layer read while training "
                  "(--space features, CPU): floats, or numbers rounded to 16 bits (avx512_bf16 or "
                  "amx_bf16), summed in floats",
       .choices = {"fp32", "bf16"}},
  };
}

}  // namespace mixvae::models
