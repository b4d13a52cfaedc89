#pragma once

#include <span>
#include <vector>

#include "metrics/contingency.hpp"

namespace mixvae::metrics {

/// Whether each of N cells has the label in b that is matched one to one to its label in a (the
/// matching with the most common cells): 1 or 0. Labels are at least 0. Throws as contingency does.
std::vector<double> agreement(Labels a, Labels b);

/// Area under the ROC curve of scores [N] for truth [N] in {0, 1}: the probability that a true
/// cell has the higher score, equal ones counting half. NaN where all or none are true. Throws Bug
/// when the lengths differ.
double auroc(std::span<const double> truth, std::span<const double> score);

/// Share of true cells and mean score of a tenth of the cells.
struct ReliabilityBin {
  double score = 0;
  double truth = 0;
  double cells = 0;
};

/// The reliability diagram: cells by rising score (equal ones in their order) in ten parts as equal
/// as can be, the first the larger; fewer where there are fewer cells. Throws Bug when the lengths
/// differ.
std::vector<ReliabilityBin> reliability(std::span<const double> truth,
                                        std::span<const double> score);

/// Expected calibration error: mean over the parts of the reliability diagram, weighted by cells,
/// of |mean score - share of true cells|.
double calibration_error(std::span<const double> truth, std::span<const double> score);

}  // namespace mixvae::metrics
