#pragma once

#include <span>

namespace mixvae::metrics {

/// Spearman's rank correlation of two lists of values [N], in [-1, 1]: Pearson's of their ranks,
/// equal values sharing the mean of theirs. Pairs with a value that is not finite are left out. NaN
/// where either does not vary or fewer than two pairs are left. Throws Bug when lengths differ.
double spearman(std::span<const double> a, std::span<const double> b);

}  // namespace mixvae::metrics
