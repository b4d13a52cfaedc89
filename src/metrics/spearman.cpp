#include "metrics/spearman.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "base/error.hpp"

namespace mixvae::metrics {
namespace {

/// Ranks from 1; equal values share the mean of theirs.
std::vector<double> shared_ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
  std::vector<double> ranks(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t end = first;
    while (end < order.size() && values[order[end]] == values[order[first]]) {
      ++end;
    }
    for (std::size_t i = first; i < end; ++i) {
      ranks[order[i]] = static_cast<double>(first + end + 1) / 2;
    }
    first = end;
  }
  return ranks;
}

}  // namespace

double spearman(std::span<const double> a, std::span<const double> b) {
  MIXVAE_ASSERT(a.size() == b.size(), "values of the same cells");
  std::vector<double> x;
  std::vector<double> y;
  for (std::size_t n = 0; n < a.size(); ++n) {
    if (std::isfinite(a[n]) && std::isfinite(b[n])) {
      x.push_back(a[n]);
      y.push_back(b[n]);
    }
  }
  x = shared_ranks(x);
  y = shared_ranks(y);
  const double middle = (static_cast<double>(x.size()) + 1) / 2;
  double xx = 0;
  double yy = 0;
  double xy = 0;
  for (std::size_t n = 0; n < x.size(); ++n) {
    xx += (x[n] - middle) * (x[n] - middle);
    yy += (y[n] - middle) * (y[n] - middle);
    xy += (x[n] - middle) * (y[n] - middle);
  }
  return xx > 0 && yy > 0 ? std::clamp(xy / std::sqrt(xx * yy), -1.0, 1.0)
                          : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace mixvae::metrics
