#pragma once

#include <vector>

#include "data/matrix.hpp"

namespace mixvae {

/// Numbers of cells of K types, falling from exactly `largest` to exactly `smallest` and summing to
/// `cells`: smallest * (largest / smallest)^((1 - k/(K-1))^c) rounded, with c chosen for the sum (c
/// = 1 is a geometric sequence). largest = smallest = 0 means even sizes. Throws UsageError when no
/// such sizes exist.
std::vector<Index> type_sizes(Index cells, Index types, Index largest, Index smallest);

}  // namespace mixvae
