#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/options.hpp"
#include "nn/activation.hpp"

namespace mixvae::models {

/// Sizes of the encoder's layers.
struct EncoderOptions {
  std::int64_t hidden = 100;
  std::int64_t hidden_layers = 1;
  std::int64_t latent = 50;
};

/// Noise of what the encoder reads.
struct InputDropoutOptions {
  double input_dropout = 0;
};

enum class EncoderNorm { batch, none };

/// Whether the encoder's layers are normalised by the batch.
struct EncoderNormOptions {
  EncoderNorm norm = EncoderNorm::batch;
};

/// The activation of the hidden layers of a model's networks.
struct ActivationOptions {
  nn::Activation activation = nn::Activation::elu;
};

enum class EncoderKind { dense, convolutional };

/// An encoder of vectors or of images.
struct EncoderKindOptions {
  EncoderKind kind = EncoderKind::dense;
  std::vector<std::string> convolutions = {"16x5/2", "32x3/2", "32x3/2"};
  std::optional<std::int64_t> image_width = {};
};

Options options(EncoderOptions& encoder);
Options options(InputDropoutOptions& dropout);
Options options(EncoderNormOptions& norm);
Options options(ActivationOptions& activation);
Options options(EncoderKindOptions& kind);
/// --image-width, of whatever reads images.
Option image_width_option(std::optional<std::int64_t>& width);

}  // namespace mixvae::models
