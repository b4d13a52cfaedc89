#pragma once

#include <span>

namespace mixvae::cluster {

/// How deep the valley between two groups of values is: the lowest density between their medians,
/// over the smaller of the densities at the medians. Both groups weigh the same; the density is a
/// sum of normal kernels as wide as Silverman's rule (1.06 s n^-1/5) makes them for the smaller
/// group of n values, s the mean standard deviation. About 1 or more: no gap; near 0: apart. Two
/// normal groups that lie 2, 2.5 and 3 standard deviations apart have 1.07, 0.88 and 0.64, less
/// what the kernels smooth. 9 where the median of `low` is not below that of `high`. Throws Bug for
/// an empty group.
double valley(std::span<const float> low, std::span<const float> high);

}  // namespace mixvae::cluster
