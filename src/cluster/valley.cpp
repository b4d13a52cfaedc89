#include "cluster/valley.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/error.hpp"

namespace mixvae::cluster {
namespace {

constexpr int kPlaces = 21;  // between the medians, with them
constexpr double kReversed = 9;
constexpr double kSilverman = 1.06;
constexpr double kLeastWidth = 1e-9;

double median(std::span<const float> values) {
  std::vector<float> sorted(values.begin(), values.end());
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::ranges::nth_element(sorted, middle);
  return static_cast<double>(*middle);
}

double deviation(std::span<const float> values) {
  const auto count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double sum = 0;
  for (const float value : values) {
    sum += (static_cast<double>(value) - mean) * (static_cast<double>(value) - mean);
  }
  return std::sqrt(sum / count);
}

/// Mean kernel at a place, and the variance of that mean.
struct Density {
  double mean = 0;
  double variance = 0;
};

Density density(std::span<const float> values, double place, double width) {
  double sum = 0;
  double squares = 0;
  for (const float value : values) {
    const double z = (static_cast<double>(value) - place) / width;
    const double kernel = std::exp(-z * z / 2);
    sum += kernel;
    squares += kernel * kernel;
  }
  const auto count = static_cast<double>(values.size());
  return {sum / count, squares / (count * count)};
}

/// Of two groups that weigh the same.
Density density(std::span<const float> low, std::span<const float> high, double place,
                double width) {
  const Density of_low = density(low, place, width);
  const Density of_high = density(high, place, width);
  return {of_low.mean + of_high.mean, of_low.variance + of_high.variance};
}

}  // namespace

Valley valley(std::span<const float> low, std::span<const float> high) {
  if (low.empty() || high.empty()) {
    throw Bug("a valley beside a group without values");
  }
  const double from = median(low);
  const double to = median(high);
  if (!(from < to)) {
    return {.floor = kReversed};
  }
  const auto of_low = static_cast<double>(low.size());
  const auto of_high = static_cast<double>(high.size());
  const double spread = (deviation(low) * of_low + deviation(high) * of_high) / (of_low + of_high);
  const double width =
      kSilverman * std::max(spread, kLeastWidth) * std::pow(std::min(of_low, of_high), -0.2);
  std::vector<Density> at_place;
  for (int i = 0; i < kPlaces; ++i) {
    at_place.push_back(density(low, high, from + (to - from) * i / (kPlaces - 1), width));
  }
  const Density lowest = *std::ranges::min_element(at_place, {}, &Density::mean);
  const double at_medians = std::min(at_place.front().mean, at_place.back().mean);
  const double one_value = 1 / std::min(of_low, of_high);
  return {.floor = lowest.mean / at_medians,
          .error = std::sqrt(lowest.variance + one_value * one_value) / at_medians};
}

}  // namespace mixvae::cluster
