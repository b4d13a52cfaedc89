#pragma once

#include <cstdint>
#include <span>

#include "data/matrix.hpp"

namespace mixvae::fit {

/// What the states learn first: the leading principal components of what types leave of the scores
/// [N, W] (each cell minus the mean of its type, types [N]), each scaled to variance 1 -> [N, S].
/// Columns beyond what the data can fill are 0. A state that has to explain most of the variance
/// within types starts where probabilistic PCA (Tipping and Bishop 1999) would end.
DenseMatrix starting_states(const DenseMatrix& scores, std::span<const std::int32_t> types,
                            Index states, std::uint64_t seed);

}  // namespace mixvae::fit
