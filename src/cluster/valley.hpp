#pragma once

#include <span>

namespace mixvae::cluster {

/// The valley between two groups of values.
struct Valley {
  double floor = 0;  // lowest density between the medians over the smaller density at a median
  double error = 0;  // standard error of that

  /// Two standard errors above the floor: chance does not make it look lower than this.
  double surely_below() const { return floor + 2 * error; }
};

/// How deep the valley between two groups of values is: the lowest density between their medians,
/// over the smaller of the densities at the medians. Both groups weigh the same; the density is a
/// sum of normal kernels as wide as Silverman's rule (1.06 s n^-1/5) makes them for the smaller
/// group of n values, s the mean standard deviation. About 1 or more: no gap; near 0: apart. Two
/// normal groups that lie 2, 2.5 and 3 standard deviations apart have 1.07, 0.88 and 0.64, less
/// what the kernels smooth. The error is that of the sum of kernels at the lowest place, and one
/// value of the smaller group more, so that a place without values is not taken for certain. A
/// floor of 9 where the median of `low` is not below that of `high`. Throws Bug for an empty group.
Valley valley(std::span<const float> low, std::span<const float> high);

}  // namespace mixvae::cluster
