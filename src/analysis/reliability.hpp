#pragma once

#include <limits>
#include <optional>
#include <vector>

#include "analysis/assignment.hpp"
#include "data/table.hpp"
#include "metrics/reliability.hpp"

namespace mixvae::analysis {

/// How true a score of cells is (metrics/reliability.hpp); NaN where it cannot be told.
struct ScoreReliability {
  double auroc_right = std::numeric_limits<double>::quiet_NaN();  // of "has the matched label"
  double ece_right = std::numeric_limits<double>::quiet_NaN();
  // of "has the matched type in an independent fit", means over these
  double auroc_reproduced = std::numeric_limits<double>::quiet_NaN();
  double ece_reproduced = std::numeric_limits<double>::quiet_NaN();
};

struct Reliability {
  double reproduced = std::numeric_limits<double>::quiet_NaN();  // mean share of such cells
  ScoreReliability probability;
  std::optional<ScoreReliability> confidence;  // where the model has one
};

/// Measures the probability and the confidence of an assignment of N cells against labels [N] and
/// against independent fits of the same cells, if there are any. Cells without a type, or without
/// what they are compared with, are left out. Throws InputError where none is left, Bug for other
/// numbers of cells.
Reliability reliability_of(const Assignment& assignment, const Categorical& labels,
                           const std::vector<Assignment>& independent);

}  // namespace mixvae::analysis
