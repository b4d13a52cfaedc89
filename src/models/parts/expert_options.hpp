#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/options.hpp"
#include "nn/convolutional_experts.hpp"

namespace mixvae::models {

enum class ExpertNetwork { dense, convolutional };
enum class ExpertNorm { none, batch };

/// What the experts of types are made of.
struct ExpertOptions {
  ExpertNetwork network = ExpertNetwork::dense;
  std::vector<std::string> convolutions = {"8", "128", "up", "64", "up", "32"};
  ExpertNorm norm = ExpertNorm::none;
};

Options options(ExpertOptions& experts);

/// The layers of convolutional experts; nothing for dense ones. Throws InputError where the
/// features are no image of the width (pixels in a row; square without one), UsageError for words
/// that are no layers and images that are too small.
std::optional<nn::ExpertImages> expert_images(const ExpertOptions& experts, std::int64_t features,
                                              std::optional<std::int64_t> width);

}  // namespace mixvae::models
