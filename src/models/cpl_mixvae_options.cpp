#include "models/cpl_mixvae_options.hpp"

#include "base/error.hpp"
#include "models/parts/joined_options.hpp"

namespace mixvae::models {
namespace {

Options options(AutoencoderOptions& autoencoder) {
  return {
      {.name = "reconstruction",
       .target = &autoencoder.reconstruction,
       .meaning = "weight of the reconstruction term",
       .minimum = 0,
       .maximum = 1e6},
      {.name = "beta",
       .target = &autoencoder.beta,
       .meaning = "weight of the state's KL divergence",
       .minimum = 0,
       .maximum = 1e6,
       .needs = {"states!=0"}},
  };
}

}  // namespace

std::vector<PartOptions> parts(CplMixVaeOptions& model) {
  return {
      {"Arms", options(model.arms)},
      {"Encoder", joined({options(model.network), options(model.encoder), options(model.input)})},
      {"Types", joined({options(model.type_head), options(model.type_posterior),
                        options(model.type_sample)})},
      {"States",
       joined({options(model.states), options(model.state_head), options(model.state_prior)})},
      {"Decoder and likelihood", joined({options(model.decoder), options(model.decoder_sizes),
                                         options(model.likelihood), options(model.output)})},
      {"Objective",
       joined({options(model.autoencoder), options(model.coupling), options(model.arm_coupling),
               options(model.similarity), options(model.known)})},
      {"Start, pruning and phases",
       joined({options(model.start), options(model.restarts), options(model.pruning),
               options(model.state_phase), options(model.target)}),
       false},
  };
}

const CplMixVaeOptions& consistent(const CplMixVaeOptions& model) {
  const bool experts = model.decoder.decoder == DecoderKind::experts;
  if (experts && model.output.output == OutputActivation::relu) {
    throw UsageError({.what = "expert decoders have linear outputs",
                      .found = "--decoder experts with --output relu",
                      .hint = "add --output linear"});
  }
  if (experts && model.arms.shared_weights) {
    throw UsageError({.what = "expert decoders have weights of their own in every arm",
                      .found = "--decoder experts with --shared-weights",
                      .hint = "add --shared-weights false"});
  }
  if (experts && model.network.network == NetworkKind::convolutional) {
    throw UsageError({.what = "expert decoders are of dense layers",
                      .found = "--decoder experts with --network convolutional",
                      .hint = "add --decoder shared or --network dense"});
  }
  return model;
}

}  // namespace mixvae::models
