#pragma once

#include <cstdint>
#include <span>

#include "cluster/knn.hpp"

namespace mixvae::cluster {

/// Mutual information, in nats, between the label of a cell and that of one of its nearest
/// neighbours: sum_ab J_ab ln(J_ab / (p_a p_b)), with J the share of neighbour pairs with labels a
/// and b, made symmetric, and p its sums. High where a partition has many clusters of which
/// neighbours are members together; it needs no true labels. Labels [N] are at least 0.
double neighbour_information(const Neighbours& graph, std::span<const std::int32_t> labels);

}  // namespace mixvae::cluster
