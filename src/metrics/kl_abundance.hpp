#pragma once

#include <span>

#include "metrics/accuracy.hpp"
#include "metrics/contingency.hpp"

namespace mixvae::metrics {

/// D_KL(q || p) in nats, >= 0, between the abundances of the clusters, q, and of the types, p,
/// after matching (docs/equations.md, metrics). `cluster_weights` [C]: mean posterior of each
/// cluster or its number of cells; `type_cells` [R]: true numbers of cells, or equal numbers for a
/// uniform prior. Both are normalised here. An unmatched cluster, or one matched to a type without
/// cells, is compared with a type of half a cell, so that the divergence stays finite; where all
/// clusters with weight are matched this changes nothing. Throws Bug when lengths differ from the
/// matching's, a weight is negative or not finite, or a sum is zero.
double kl_abundance(std::span<const double> cluster_weights, std::span<const double> type_cells,
                    const Matching& matching);

/// The same from the label counts of a contingency table.
double kl_abundance(const Contingency& table, const Matching& matching);

}  // namespace mixvae::metrics
