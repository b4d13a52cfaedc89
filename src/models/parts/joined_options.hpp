#pragma once

#include <initializer_list>

#include "base/options.hpp"

namespace mixvae::models {

/// Several tables as one.
inline Options joined(std::initializer_list<Options> tables) {
  Options all;
  for (const Options& table : tables) {
    all.insert(all.end(), table.begin(), table.end());
  }
  return all;
}

}  // namespace mixvae::models
