#pragma once

#include <string>
#include <vector>

namespace mixvae::store {

/// Position of the chosen layer. Throws InputError naming the layers that are there when it is none
/// of them.
std::size_t require_layer(const std::string& layer, const std::vector<std::string>& layers,
                          const std::string& path);

}  // namespace mixvae::store
