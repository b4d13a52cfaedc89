#pragma once

#include <string>
#include <vector>

#include "analysis/abundance.hpp"
#include "report/figure.hpp"

namespace mixvae::report {

/// A panel for each type: a dot for each sample, as high as the share of its cells that have the
/// type, side by side by condition, with the mean of each. Of more than 30 types those that differ
/// most between conditions, or the largest where nothing is tested. The table has all.
Figure abundance_figure(const analysis::Abundances& abundances,
                        const std::vector<std::string>& types);

}  // namespace mixvae::report
