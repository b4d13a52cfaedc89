#pragma once

#include <cstdint>
#include <vector>

#include "data/matrix.hpp"

namespace mixvae::metrics {

/// The most probable type of each cell [N], the first of equally probable ones, from type
/// posteriors [N,K].
std::vector<std::int32_t> most_probable(const DenseMatrix& posteriors);

/// Average maximum posterior in (0,1]: for each type the mean over its cells (those for which it is
/// the most probable) of their highest posterior, averaged over the types that have cells
/// (docs/equations.md, metrics). Throws InputError without cells.
double average_maximum_posterior(const DenseMatrix& posteriors);

}  // namespace mixvae::metrics
