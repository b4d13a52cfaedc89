#pragma once

#include <span>
#include <vector>

#include "metrics/contingency.hpp"

namespace mixvae::metrics {

/// Values [N] less the mean of their group; NaN for cells without a group (-1) or whose value is
/// not finite. Throws Bug when lengths differ.
std::vector<double> within_groups(std::span<const double> values, Labels groups);

/// Share of the variance of values [N] that lies between groups, corrected for what groups of
/// chance show (epsilon squared, Kelley, PNAS 21, 1935), in [0, 1]; NaN where values do not vary,
/// no cell has a group or each has one of its own. Cells without a group (-1) or with a value that
/// is not finite are left out. Throws Bug when lengths differ.
double share_between(std::span<const double> values, Labels groups);

/// How far one labelling tells another, in [0, 1]: Cramér's V, corrected for what tables of chance
/// show (Bergsma, J. Korean Stat. Soc. 42, 2013). NaN where either has one label with cells.
double cramers_v(const Contingency& table);

/// Pearson's correlation [S][D] of each of several values [S][N] with each column of x [N, D]
/// within groups: of what is left when the mean of its group is taken from every value. NaN for
/// columns that do not vary within groups. Cells without a group (-1) or whose value is not finite
/// are left out; x must be finite. Sparse x stays sparse (one transposed copy). The same for any
/// number of threads. Throws Bug when lengths differ.
std::vector<std::vector<double>> correlations_within(const Matrix& x,
                                                     const std::vector<std::vector<double>>& values,
                                                     Labels groups);

}  // namespace mixvae::metrics
