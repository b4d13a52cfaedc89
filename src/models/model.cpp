#include "models/model.hpp"

#include "base/error.hpp"

namespace mixvae::models {

void Model::learn_states_only(bool only) { MIXVAE_ASSERT(!only, "the model has states to learn"); }

double Model::products_per_cell() {
  double products = 0;
  for (const NamedTensor& parameter : parameters()) {
    products += static_cast<double>(parameter.tensor.numel());
  }
  return products;
}

}  // namespace mixvae::models
