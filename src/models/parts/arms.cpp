#include "models/parts/arms.hpp"

namespace mixvae::models {

Options options(ArmOptions& arms) {
  return {
      {.name = "arms",
       .target = &arms.arms,
       .meaning = "number of arms: networks that look at the same cells and must agree on each "
                  "cell's type",
       .minimum = 1,
       .maximum = 64},
      {.name = "shared-weights",
       .target = &arms.shared_weights,
       .meaning = "all arms have the same weights"},
  };
}

}  // namespace mixvae::models
