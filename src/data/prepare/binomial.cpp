#include "data/prepare/binomial.hpp"

#include <cmath>
#include <math.h>  // lgamma_r: lgamma without the shared sign

namespace mixvae {
namespace {

/// Mean number of successes from which on rejection is used.
constexpr double kInversionLimit = 10;

double log_factorial(double k) {
  int sign = 0;
  return lgamma_r(k + 1, &sign);
}

/// Walks up the distribution function from 0; p <= 1/2.
std::int64_t binomial_by_inversion(std::int64_t n, double p, double u) {
  const double odds = p / (1 - p);
  double mass = std::pow(1 - p, static_cast<double>(n));
  std::int64_t k = 0;
  while (u > mass && k < n) {
    u -= mass;
    ++k;
    mass *= odds * static_cast<double>(n - k + 1) / static_cast<double>(k);
  }
  return k;
}

/// Algorithm BTRS; p <= 1/2 and n p >= 10.
std::int64_t by_rejection(std::int64_t trials, double p, ElementStream& random) {
  const auto n = static_cast<double>(trials);
  const double deviation = std::sqrt(n * p * (1 - p));
  const double b = 1.15 + 2.53 * deviation;
  const double a = -0.0873 + 0.0248 * b + 0.01 * p;
  const double centre = n * p + 0.5;
  const double alpha = (2.83 + 5.1 / b) * deviation;
  const double accept_at_once = 0.92 - 4.2 / b;
  const double mode = std::floor((n + 1) * p);
  const double log_odds = std::log(p / (1 - p));
  const double at_mode = log_factorial(mode) + log_factorial(n - mode);
  for (;;) {
    const double v = random.uniform();
    const double u = random.uniform() - 0.5;
    const double edge = 0.5 - std::abs(u);
    const double k = std::floor((2 * a / edge + b) * u + centre);
    if (edge >= 0.07 && v <= accept_at_once) {
      return static_cast<std::int64_t>(k);
    }
    if (k < 0 || k > n) {
      continue;
    }
    const double height = std::log(v * alpha / (a / (edge * edge) + b));
    if (height <= at_mode - log_factorial(k) - log_factorial(n - k) + (k - mode) * log_odds) {
      return static_cast<std::int64_t>(k);
    }
  }
}

}  // namespace

std::int64_t binomial(std::int64_t n, double p, ElementStream& random) {
  if (p > 0.5) {
    return n - binomial(n, 1 - p, random);
  }
  if (n == 0 || p <= 0) {
    return 0;
  }
  if (static_cast<double>(n) * p < kInversionLimit) {
    return binomial_by_inversion(n, p, random.uniform());
  }
  return by_rejection(n, p, random);
}

}  // namespace mixvae
