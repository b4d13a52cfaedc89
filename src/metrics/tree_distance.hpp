#pragma once

#include <cstdint>
#include <span>

#include "metrics/contingency.hpp"

namespace mixvae::metrics {

struct TreeDistance {
  double mean =
      0;  // mean tree distance from true to assigned type, over the wrong cells; NaN without any
  double random_mean = 0;       // the same after permuting the leaves: mean over the permutations
  double random_deviation = 0;  // and their standard deviation
  double standard_score =
      0;         // (mean - random_mean) / random_deviation: negative when errors go to near types
  double p = 1;  // (1 + permutations with a mean as small) / (1 + permutations), one-sided
  Index wrong_cells = 0;
};

/// Are cells assigned to a wrong type assigned to one near the true one in the tree of types? The
/// baseline gives the types to the leaves of the tree at random: who is confused with whom stays,
/// what is near does not. `type_of_cluster` [C]: the type each cluster stands for (cluster_types),
/// -1: its cells are left out; `distances` [R,R] from leaf_distances. Throws Bug when lengths
/// differ.
TreeDistance tree_distance(const Contingency& table, std::span<const std::int32_t> type_of_cluster,
                           std::span<const double> distances, std::uint64_t seed,
                           int permutations = 1000);

}  // namespace mixvae::metrics
