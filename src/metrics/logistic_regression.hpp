#pragma once

#include <vector>

namespace mixvae::metrics {

/// 1 / (1 + exp(-x)).
double logistic(double x);

/// Weights [W] of the logistic regression P(y = 1) = logistic(w . x) of outcomes y [N] in {0, 1} on
/// x [N, W], row by row, one of whose columns may be 1: the maximum of the likelihood less half the
/// squared weights (so that separable outcomes have one, too), by Newton's method from 0. Throws
/// Bug for sizes that do not match.
std::vector<double> logistic_regression(const std::vector<double>& x, const std::vector<double>& y);

}  // namespace mixvae::metrics
