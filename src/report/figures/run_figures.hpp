#pragma once

#include "analysis/run_comparison.hpp"
#include "report/figure.hpp"

namespace mixvae::report {

/// How far runs agree about the same cells: adjusted Rand index of each pair above the diagonal,
/// normalised mutual information below.
Figure run_agreement(const analysis::RunComparison& comparison);

/// Whether other runs have the types of the first: for each of its types and each other run the
/// Jaccard index with the most alike type there.
Figure type_stability(const analysis::RunComparison& comparison);

}  // namespace mixvae::report
