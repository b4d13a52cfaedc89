#pragma once

#include "objectives/coupling.hpp"

namespace mixvae::objectives {

/// consensus_distance with d-sigma and negative_entropy of the posteriors of two arms or more, in
/// one pass over the cells after that for the variances; equal to those but for rounding, with
/// gradients. Float on the CPU; the same bits for any number of threads.
Coupling fused_coupling(const nn::TypePosterior& posterior, double variance_floor);

}  // namespace mixvae::objectives
