#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/inference.hpp"

namespace mixvae::analysis {

/// One point of the curve over the number of types.
struct PruningRound {
  Index types = 0;            // kept types
  double mean_consensus = 0;  // mean over kept types of the consensus below
  double min_consensus = 0;   // lowest of any kept type
  double reconstruction = 0;  // mean reconstruction term over cells and arms
  std::vector<Index> pruned;  // types pruned after this evaluation
};

/// Consensus of each type (reference-notes 1.9, without its defects): for each pair of arms, cells
/// that both give the type over the larger of the two arms' counts, averaged over pairs; 0 for a
/// type that no arm uses. [A][N] -> [K].
std::vector<double> type_consensus(const std::vector<std::vector<std::int32_t>>& arm_types,
                                   Index types);

/// Kept types with consensus at most `min_consensus`, the lowest first, at most `most` of them, and
/// never the last kept type.
std::vector<Index> types_to_prune(const std::vector<double>& consensus,
                                  const std::vector<bool>& kept, double min_consensus, Index most);

/// The curve as text for people: one line per round.
std::string curve_text(const std::vector<PruningRound>& rounds);

/// As CSV: types, mean_consensus, min_consensus, reconstruction, pruned.
std::string curve_csv(const std::vector<PruningRound>& rounds);

}  // namespace mixvae::analysis
