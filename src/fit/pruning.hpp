#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/matrix.hpp"

namespace mixvae::fit {

/// One point of the curve over the number of types.
struct PruningRound {
  Index types = 0;            // kept types
  double mean_consensus = 0;  // mean over kept types of metrics::Consensus::per_type
  double min_consensus = 0;   // lowest of any kept type
  double reconstruction = 0;  // mean reconstruction term over cells and arms
  std::vector<Index> pruned;  // types pruned after this evaluation
};

/// Kept types with consensus at most `min_consensus`, the lowest first, at most `most` of them, and
/// never the last kept type.
std::vector<Index> types_to_prune(const std::vector<double>& consensus,
                                  const std::vector<bool>& kept, double min_consensus, Index most);

/// The curve as text for people: one line per round.
std::string curve_text(const std::vector<PruningRound>& rounds);

/// As CSV: types, mean_consensus, min_consensus, reconstruction, pruned.
std::string curve_csv(const std::vector<PruningRound>& rounds);

}  // namespace mixvae::fit
