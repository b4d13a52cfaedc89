#pragma once

#include <cstdint>
#include <vector>

#include "metrics/contingency.hpp"

namespace mixvae::metrics {

/// A one-to-one pairing of types (rows) and clusters (columns). Pairs without a common cell stay
/// unmatched.
struct Matching {
  std::vector<std::int32_t> cluster_of_type;  // [R], -1: no cluster
  std::vector<std::int32_t> type_of_cluster;  // [C], -1: no type
  Index matched_cells = 0;
};

/// The pairing in which each type has the given cluster [R], -1 for none.
Matching matching_of(const Contingency& table, std::vector<std::int32_t> cluster_of_type);

/// The pairing with the most common cells (Hungarian method).
Matching best_matching(const Contingency& table);

/// Fraction of cells, in [0,1], whose cluster is matched to their type by best_matching. Cells of
/// unmatched clusters are errors, so more clusters than types cost accuracy
/// (docs/equations.md, metrics).
double accuracy(const Contingency& table);

/// The type each cluster stands for [C]: its matched type, else its most frequent type; -1 for an
/// empty cluster.
std::vector<std::int32_t> cluster_types(const Contingency& table, const Matching& matching);

}  // namespace mixvae::metrics
