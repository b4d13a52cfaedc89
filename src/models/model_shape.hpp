#pragma once

#include <cstdint>

namespace mixvae::models {

/// What comes with the data: numbers of features D and of types K.
struct ModelShape {
  std::int64_t features = 0;
  std::int64_t types = 0;
};

/// The same shape. Throws UsageError for less than one feature or type.
const ModelShape& checked(const ModelShape& shape);

}  // namespace mixvae::models
