#include "data/simulate/negative_binomial.hpp"

#include <cmath>
#include <limits>
#include <random>

namespace mixvae {
namespace {

/// The standard library's view of an element's random words.
struct WordSource {
  using result_type = std::uint32_t;
  ElementStream& stream;

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()() { return static_cast<result_type>(stream.uniform() * 4294967296.0); }
};

std::int64_t negative_binomial_by_inversion(double mean, double dispersion, double u) {
  const double size = 1 / dispersion;
  const double excess = dispersion * mean;
  const double ratio = excess / (1 + excess);
  double mass = std::exp(-size * std::log1p(excess));
  std::int64_t k = 0;
  while (u > mass && mass > 0) {
    u -= mass;
    mass *= ratio * (size + static_cast<double>(k)) / static_cast<double>(k + 1);
    ++k;
  }
  return k;
}

}  // namespace

std::int64_t negative_binomial(double mean, double dispersion, ElementStream& random) {
  if (mean <= kInversionMean) {
    return negative_binomial_by_inversion(mean, dispersion, random.uniform());
  }
  WordSource words{random};
  const double rate = std::gamma_distribution<double>(1 / dispersion, dispersion * mean)(words);
  return rate > 0 ? std::poisson_distribution<std::int64_t>(rate)(words) : 0;
}

}  // namespace mixvae
