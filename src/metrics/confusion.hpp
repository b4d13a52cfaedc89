#pragma once

#include <string>
#include <vector>

#include "metrics/accuracy.hpp"
#include "metrics/contingency.hpp"

namespace mixvae::metrics {

/// The order of clusters for a readable confusion matrix [C]: the matched cluster of each type in
/// type order, then the others by falling size, empty ones left out.
std::vector<std::int32_t> matched_order(const Contingency& table, const Matching& matching);

/// The confusion matrix as CSV: one line per type that has cells, one column per cluster in
/// matched_order; head "type,<clusters>". Names with comma, quote or line break are quoted. Throws
/// Bug unless there is a name for each type and cluster.
std::string confusion_csv(const Contingency& table, const Matching& matching,
                          const std::vector<std::string>& types,
                          const std::vector<std::string>& clusters);

}  // namespace mixvae::metrics
