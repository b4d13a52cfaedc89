#pragma once

#include <vector>

#include "analysis/overview.hpp"
#include "report/figure.hpp"

namespace mixvae::report {

/// A bar for each type as long as its cells are many, beside the mean confidence of its cells and
/// the type's support where the run has them, else the mean probability.
Figure type_sizes(const std::vector<analysis::TypeSummary>& types);

}  // namespace mixvae::report
