#include "models/model_shape.hpp"

#include <string>

#include "base/error.hpp"

namespace mixvae::models {

const ModelShape& checked(const ModelShape& shape) {
  if (shape.features < 1 || shape.types < 1) {
    throw UsageError({.what = "a model needs at least one feature and one type",
                      .found = std::to_string(shape.features) + " features, " +
                               std::to_string(shape.types) + " types"});
  }
  return shape;
}

}  // namespace mixvae::models
