#pragma once

#include <cstdint>

namespace mixvae::models {

/// What comes with the data: numbers of features D that are read, of types K, and of features that
/// are decoded where these are others (0: the same).
struct ModelShape {
  std::int64_t features = 0;
  std::int64_t types = 0;
  std::int64_t decoded_features = 0;

  std::int64_t decoded() const { return decoded_features > 0 ? decoded_features : features; }
};

/// The same shape. Throws UsageError for less than one feature or type.
const ModelShape& checked(const ModelShape& shape);

}  // namespace mixvae::models
