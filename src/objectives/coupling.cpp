#include "objectives/coupling.hpp"

#include "objectives/fused_coupling.hpp"

namespace mixvae::objectives {

Coupling coupling(const nn::TypePosterior& posterior, TypeDistance distance, double variance_floor,
                  const nn::Execution& execution) {
  if (distance == TypeDistance::d_sigma && posterior.q.size(0) > 1 && posterior.q.size(1) > 1 &&
      execution.runs_kernels_on(posterior.q)) {
    return fused_coupling(posterior, variance_floor);
  }
  return {consensus_distance(posterior, distance, variance_floor), negative_entropy(posterior)};
}

}  // namespace mixvae::objectives
