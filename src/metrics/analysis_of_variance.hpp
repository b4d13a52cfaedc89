#pragma once

#include <span>

#include "data/matrix.hpp"
#include "metrics/contingency.hpp"

namespace mixvae::metrics {

/// Whether groups of values have one mean.
struct FTest {
  double f = 0;       // mean square between groups over that within them
  double p = 0;       // of an F at least as large, where all means are equal
  Index between = 0;  // degrees of freedom: groups - 1
  Index within = 0;   // values - groups
};

/// One-way analysis of variance of values [n] in groups [n] (-1: left out); of two groups it is
/// Student's t test, f = t^2. Needs independent values with one variance in all groups, and then
/// holds for few of them. f and p are NaN where nothing varies within groups, which then tell
/// nothing of chance, with fewer than two groups, or without two values in any.
FTest f_test(std::span<const double> values, Labels groups);

}  // namespace mixvae::metrics
