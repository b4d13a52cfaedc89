#include "data/io/store/layers.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mixvae::store {

std::size_t require_layer(const std::string& layer, const std::vector<std::string>& layers,
                          const std::string& path) {
  const auto chosen = std::ranges::find(layers, layer);
  if (chosen != layers.end()) {
    return static_cast<std::size_t>(chosen - layers.begin());
  }
  const auto nearest = nearest_names(layer, layers, 1);
  std::string hint = layers.empty() ? "" : "choose one with --layer";
  if (!nearest.empty()) {
    hint += "; did you mean --layer " + nearest.front() + "?";
  }
  throw InputError(
      {.what = layer == "X" ? "the file has no matrix X" : "the file has no layer '" + layer + "'",
       .where = path,
       .found = layers.empty() ? "no matrix at all" : "layers: " + join(layers, ", "),
       .hint = hint});
}

}  // namespace mixvae::store
