#include "models/cpl_mixvae_options.hpp"

namespace mixvae::models {

CplMixVaeOptions published_options() {
  CplMixVaeOptions published;
  published.hidden_layers = 4;
  published.latent = 10;
  published.input_dropout = 0.5;
  published.head = "double";
  published.tau = 0.005;
  published.temperature = 1.0;
  published.output = "relu";
  published.reconstruction = 1.0;
  published.distance = "d-sigma";
  published.entropy = 1.0;
  published.balance = 0.0;
  return published;
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
       .meaning = "weight (lambda) of the distance between the arms' type posteriors",
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
  };
}

}  // namespace mixvae::models
