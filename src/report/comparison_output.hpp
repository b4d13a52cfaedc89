#pragma once

#include <string>

#include "analysis/comparison.hpp"

namespace mixvae::report {

/// One row per test: first, second, kind ("between" two groups or "within": halves of one), cells
/// of both, squared MMD, scaled statistic, bandwidth, p, adjusted p.
std::string comparison_csv(const analysis::GroupComparison& comparison);

/// The means between and within groups, and which groups are not told apart.
std::string comparison_text(const analysis::GroupComparison& comparison);

/// {"between": {"mmd2", "scaled", "tests", "apart"}, "within": ..., "ratio" (null where the mean
/// within is not above 0), "tests": [...], "small": [...]}.
std::string comparison_json(const analysis::GroupComparison& comparison);

}  // namespace mixvae::report
