#include "metrics/benjamini_hochberg.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mixvae::metrics {

namespace {

/// The step-up procedure: the smallest of `largest` and raised(p, tests, rank) over all p values
/// that are not smaller.
template <class Raise>
std::vector<double> step_up(std::span<const double> p, double largest, Raise raised) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (!std::isnan(p[i])) {
      order.push_back(i);
    }
  }
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<double> adjusted(p.size(), std::numeric_limits<double>::quiet_NaN());
  double smallest = largest;
  for (std::size_t rank = order.size(); rank > 0; --rank) {
    const std::size_t i = order[rank - 1];
    smallest = std::min(smallest,
                        raised(p[i], static_cast<double>(order.size()), static_cast<double>(rank)));
    adjusted[i] = smallest;
  }
  return adjusted;
}

}  // namespace

std::vector<double> benjamini_hochberg(std::span<const double> p) {
  return step_up(p, 1,
                 [](double value, double tests, double rank) { return value * tests / rank; });
}

std::vector<double> benjamini_hochberg_log10(std::span<const double> log10_p) {
  return step_up(log10_p, 0, [](double value, double tests, double rank) {
    return value + std::log10(tests / rank);
  });
}

}  // namespace mixvae::metrics
