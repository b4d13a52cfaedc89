#include "models/model.hpp"

#include "base/error.hpp"

namespace mixvae::models {

void Model::learn_states_only(bool only) { MIXVAE_ASSERT(!only, "the model has states to learn"); }

}  // namespace mixvae::models
