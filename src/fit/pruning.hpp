#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "data/matrix.hpp"

namespace mixvae::fit {

/// One point of the curve over the number of types.
struct PruningRound {
  Index types = 0;                         // kept types
  std::optional<double> mean_agreement;    // mean over kept types of metrics::Consensus::per_type;
                                           // nothing for one arm
  std::optional<double> lowest_agreement;  // of any kept type
  double reconstruction = 0;               // mean reconstruction term over cells and arms
  std::vector<Index> pruned;               // types pruned after this evaluation
};

/// Kept types on which the arms agree at most by `least`, the lowest first, at most `most` of them,
/// and never the last kept type.
std::vector<Index> types_to_prune(const std::vector<double>& agreement,
                                  const std::vector<bool>& kept, double least, Index most);

/// As JSON, and back: types, mean_agreement and lowest_agreement (null for one arm),
/// reconstruction, pruned.
nlohmann::json pruning_json(const PruningRound& round);
PruningRound pruning_round(const nlohmann::json& stored);

/// The curve as text for people: one line per round.
std::string curve_text(const std::vector<PruningRound>& rounds);

/// As CSV: types, mean_agreement, lowest_agreement (both empty for one arm), reconstruction,
/// pruned.
std::string curve_csv(const std::vector<PruningRound>& rounds);

/// The curve in a text that curve_csv wrote; of types that were removed only their number is known
/// there, and `pruned` has so many zeros. Throws InputError naming `path` and the line.
std::vector<PruningRound> curve_of_csv(const std::string& text, const std::string& path);

}  // namespace mixvae::fit
