#pragma once

#include <string>
#include <utility>
#include <vector>

namespace mixvae::models {

// Settings that presets of several models share.

using Settings = std::vector<std::pair<std::string, std::string>>;

/// Settings followed by others.
inline Settings with(Settings first, const Settings& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

/// Images as they are: pixels in [0, 1], each with a Bernoulli likelihood.
inline Settings images() {
  return {{"likelihood", "bernoulli"}, {"space", "features"},    {"normalise", "none"},
          {"scale", "common"},         {"trust-values", "true"}, {"features", "all"}};
}

/// Genes and network of the Smart-seq comparison by the authors of cpl-mixVAE, of all its methods,
/// without their augmenter.
inline Settings genes() {
  return {{"hidden-layers", "4"},      {"latent", "10"},
          {"input-dropout", "0.5"},    {"space", "features"},
          {"library-size", "1000000"}, {"scale", "none"},
          {"features", "5000"},        {"augment", "none"},
          {"epochs", "10000"}};
}

}  // namespace mixvae::models
