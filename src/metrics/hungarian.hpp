#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "data/matrix.hpp"

namespace mixvae::metrics {

/// The cheapest one-to-one assignment of rows to columns of a cost matrix [R,C] (row-major, finite,
/// any sign). All rows are assigned when R <= C, else all columns. Returns the column of each row
/// [R], -1 for a row left over. Shortest augmenting paths with dual prices, O(min(R,C)^2 max(R,C))
/// (Jonker and Volgenant, Computing 38, 1987; rectangular form by Crouse, IEEE Trans. Aerospace 52,
/// 2016). Among equally cheap assignments the result is fixed by the input alone. Throws Bug when
/// the length is not R*C or a cost is not finite.
std::vector<std::int32_t> cheapest_assignment(std::span<const double> costs, Index rows,
                                              Index columns);

}  // namespace mixvae::metrics
