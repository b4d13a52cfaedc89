#include "models/parts/encoder_options.hpp"

namespace mixvae::models {

Options options(EncoderOptions& encoder) {
  return {
      {.name = "hidden",
       .target = &encoder.hidden,
       .meaning = "units of each hidden layer",
       .minimum = 1,
       .maximum = 100000},
      {.name = "hidden-layers",
       .target = &encoder.hidden_layers,
       .meaning = "hidden layers of the encoder, and of the decoder, before and after the "
                  "low-dimensional code",
       .minimum = 1,
       .maximum = 50},
      {.name = "latent",
       .target = &encoder.latent,
       .meaning = "width of the low-dimensional code between encoder and type head",
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
           .meaning = "normalise the encoder's layers by the batch, or not",
           .choices = {"batch", "none"}}};
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
      {.name = "image-width",
       .target = &kind.image_width,
       .meaning =
           "pixels in a row of an image; auto: as an IDX file says, else those of a square image",
       .minimum = 1,
       .maximum = 100000,
       .needs = {"encoder=convolutional"}},
  };
}

}  // namespace mixvae::models
