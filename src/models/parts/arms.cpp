#include "models/parts/arms.hpp"

namespace mixvae::models {

Options options(ArmOptions& arms) {
  return {
      {.name = "arms",
       .target = &arms.arms,
       .meaning = "autoencoder arms that must agree on the type of a cell",
       .minimum = 1,
       .maximum = 64},
      {.name = "shared-weights",
       .target = &arms.shared_weights,
       .meaning = "all arms share one set of weights"},
  };
}

}  // namespace mixvae::models
