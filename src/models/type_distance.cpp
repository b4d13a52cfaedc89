#include "models/type_distance.hpp"

namespace mixvae::models {

objectives::TypeDistance type_distance(const CplMixVaeOptions& options) {
  using objectives::TypeDistance;
  if (options.distance == "aitchison") {
    return TypeDistance::aitchison;
  }
  if (options.distance == "euclidean") {
    return TypeDistance::euclidean;
  }
  return options.distance == "agreement" ? TypeDistance::agreement : TypeDistance::d_sigma;
}

}  // namespace mixvae::models
