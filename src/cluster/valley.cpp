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

double density(std::span<const float> values, double place, double width) {
  double sum = 0;
  for (const float value : values) {
    const double z = (static_cast<double>(value) - place) / width;
    sum += std::exp(-z * z / 2);
  }
  return sum / static_cast<double>(values.size());
}

}  // namespace

double valley(std::span<const float> low, std::span<const float> high) {
  if (low.empty() || high.empty()) {
    throw Bug("a valley beside a group without values");
  }
  const double from = median(low);
  const double to = median(high);
  if (!(from < to)) {
    return kReversed;
  }
  const auto of_low = static_cast<double>(low.size());
  const auto of_high = static_cast<double>(high.size());
  const double spread = (deviation(low) * of_low + deviation(high) * of_high) / (of_low + of_high);
  const double width =
      kSilverman * std::max(spread, kLeastWidth) * std::pow(std::min(of_low, of_high), -0.2);
  std::vector<double> at_place;
  for (int i = 0; i < kPlaces; ++i) {
    const double place = from + (to - from) * i / (kPlaces - 1);
    at_place.push_back(density(low, place, width) + density(high, place, width));
  }
  return *std::ranges::min_element(at_place) / std::min(at_place.front(), at_place.back());
}

}  // namespace mixvae::cluster
