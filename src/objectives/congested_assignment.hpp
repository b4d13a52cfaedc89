#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mixvae::objectives {

/// The types [B] of B cells that together cost least,
///   sum_n costs[n, c_n] + congestion sum_k n_k (n_k - 1) / 2,   n_k the cells of type k,
/// where each further cell of a type costs `congestion` more than the one before (CascadeVAE, its
/// flow network; docs/equations.md, CascadeVAE). costs: [B, K] row-major, finite, of any
/// sign; congestion >= 0, finite; K >= 1. An exact minimum-cost flow by successive shortest paths
/// over the K types: O(K^2 + moved cells) for a cell whose path is short, as nearly all are. Costs
/// are rounded to 2^-50 of their largest difference within a cell (or of congestion B, if that is
/// more), so that sums neither overflow nor round. Among equally cheap assignments the result is
/// fixed by the input alone. A bug for anything else.
std::vector<std::int32_t> congested_assignment(std::span<const double> costs, std::int64_t cells,
                                               std::int64_t types, double congestion);

}  // namespace mixvae::objectives
