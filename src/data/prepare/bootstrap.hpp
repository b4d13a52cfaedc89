#pragma once

#include <cstdint>
#include <vector>

#include "data/dataset.hpp"

namespace mixvae {

/// Rows of a bootstrap of N cells: N of them, drawn with replacement, in rising order. The same
/// for the same seed.
std::vector<Index> bootstrap_rows(Index cells, std::uint64_t seed);

/// A bootstrap of a data set (Efron, Annals of Statistics 7, 1979), what another sample of the same
/// tissue may look like: all that belongs to a cell is drawn with it.
Dataset bootstrap(const Dataset& dataset, std::uint64_t seed);

}  // namespace mixvae
