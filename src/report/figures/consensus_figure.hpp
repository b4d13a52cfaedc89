#pragma once

#include <string>
#include <vector>

#include "base/index.hpp"
#include "report/figure.hpp"

namespace mixvae::report {

/// How far arms agree on types: a matrix [T][T] of metrics::consensus_matrix, rows and columns in
/// the given order of the types.
Figure consensus_figure(const std::vector<std::vector<double>>& agreement,
                        const std::vector<std::string>& types, const std::vector<Index>& order);

}  // namespace mixvae::report
