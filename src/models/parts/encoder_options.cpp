#include "models/parts/encoder_options.hpp"

namespace mixvae::models {

Options options(EncoderOptions& encoder) {
  return {
      {.name = "hidden",
       .target = &encoder.hidden,
       .meaning = "number of units in each hidden layer",
       .minimum = 1,
       .maximum = 100000,
       .needs = {"network=dense"}},
      {.name = "hidden-layers",
       .target = &encoder.hidden_layers,
       .meaning = "number of hidden layers of the encoder and of the decoder",
       .minimum = 1,
       .maximum = 50,
       .needs = {"network=dense"}},
      {.name = "latent",
       .target = &encoder.latent,
       .meaning =
           "number of dimensions of the low-dimensional code (latent) that types are read from",
       .minimum = 1,
       .maximum = 100000},
  };
}

Options options(InputDropoutOptions& dropout) {
  return {{.name = "input-dropout",
           .target = &dropout.input_dropout,
           .meaning = "share of input values set to zero while training",
           .minimum = 0,
           .maximum = 0.99}};
}

Options options(EncoderNormOptions& norm) {
  return {{.name = "encoder-norm",
           .target = word(norm.norm),
           .meaning = "whether the encoder's layers are normalised by the batch (batch norm)",
           .choices = {"batch", "none"}}};
}

Options options(ActivationOptions& activation) {
  return {{.name = "activation",
           .target = word(activation.activation),
           .meaning = "activation of the hidden layers of encoder, clustering network and experts",
           .choices = {"relu", "elu"}}};
}

Option image_width_option(std::optional<std::int64_t>& width) {
  return {.name = "image-width",
          .target = &width,
          .meaning =
              "pixels in a row of an image; auto: as the file says (IDX), else those of a "
              "square image",
          .minimum = 1,
          .maximum = 100000,
          .needs = {"encoder=convolutional|network=convolutional|"
                    "expert-network=convolutional"}};
}

Options options(EncoderKindOptions& kind) {
  return {
      {.name = "encoder",
       .target = word(kind.kind),
       .meaning =
           "encoder of --hidden-layers dense layers, or of --convolutions over images, whose "
           "pixels, row by row, are the features",
       .choices = {"dense", "convolutional"}},
      {.name = "convolutions",
       .target = &kind.convolutions,
       .meaning = "layers of the convolutional encoder before the code: CHANNELS, CHANNELSxKERNEL "
                  "(kernel 3 without it), CHANNELSxKERNEL/STRIDE, or pool (largest of 2 x 2); a "
                  "published network for handwritten digits is 64,128,pool,128,pool,64,8",
       .needs = {"encoder=convolutional"}},
      image_width_option(kind.image_width),
  };
}

}  // namespace mixvae::models
