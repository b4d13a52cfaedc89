#include "models/parts/expert_options.hpp"

#include "models/image_shape.hpp"

namespace mixvae::models {

Options options(ExpertOptions& experts) {
  return {
      {.name = "expert-network",
       .target = word(experts.network),
       .meaning = "experts of dense layers, or of --expert-convolutions, which give images, whose "
                  "pixels, row by row, are the features",
       .choices = {"dense", "convolutional"}},
      {.name = "expert-convolutions",
       .target = &experts.convolutions,
       .meaning = "layers of convolutional experts: channels of the small images that their dense "
                  "layer makes, then CHANNELS, CHANNELSxKERNEL (kernel 3 without it), or up, which "
                  "doubles the image; the default is the published network for handwritten digits",
       .needs = {"expert-network=convolutional"}},
      {.name = "expert-norm",
       .target = word(experts.norm),
       .meaning = "whether each expert's hidden layers are normalised by its cells of the batch "
                  "(batch norm)",
       .choices = {"none", "batch"},
       .needs = {"expert-network=dense"}},
  };
}

std::optional<nn::ExpertImages> expert_images(const ExpertOptions& experts, std::int64_t features,
                                              std::optional<std::int64_t> width) {
  if (experts.network == ExpertNetwork::dense) {
    return std::nullopt;
  }
  return nn::expert_images(image_shape(features, width), experts.convolutions);
}

}  // namespace mixvae::models
