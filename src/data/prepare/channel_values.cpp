#include "data/prepare/channel_values.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/prepare/value_kind.hpp"

namespace mixvae {
namespace {

constexpr double kOldScale = 1024;       // 10 bits
constexpr double kWideScale = 4096;      // 12 bits
constexpr double kLargestOldRatio = 10;  // of a marker's 99 % quantile to its median
constexpr double kLargestWideRatio = 5;  // linear fluorescence goes far beyond

/// Finite values of each marker, sorted.
std::vector<std::vector<float>> sorted_markers(const DenseMatrix& markers) {
  std::vector<std::vector<float>> sorted(at(markers.columns));
  for (Index row = 0; row < markers.rows; ++row) {
    for (Index column = 0; column < markers.columns; ++column) {
      if (std::isfinite(markers(row, column))) {
        sorted[at(column)].push_back(markers(row, column));
      }
    }
  }
  std::erase_if(sorted, [](const auto& values) { return values.empty(); });
  for (auto& values : sorted) {
    std::ranges::sort(values);
  }
  return sorted;
}

double quantile_of_marker(const std::vector<float>& sorted, double share) {
  return static_cast<double>(
      sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))]);
}

/// The largest of the markers' 99 % quantiles in medians of their own.
double largest_ratio(const std::vector<std::vector<float>>& sorted) {
  double largest = 0;
  for (const auto& values : sorted) {
    largest = std::max(
        largest, quantile_of_marker(values, 0.99) / std::max(quantile_of_marker(values, 0.5), 1.0));
  }
  return largest;
}

/// All, but for one in a thousand values or more, or one in ten thousand.
template <class Test>
bool nearly_all(const std::vector<std::vector<float>>& sorted, Test test) {
  std::size_t others = 0;
  std::size_t all = 0;
  for (const auto& values : sorted) {
    all += values.size();
    others += values.size() - static_cast<std::size_t>(std::ranges::count_if(values, test));
  }
  return others <= (all < 1000 ? 0 : std::max<std::size_t>(1, all / 10000));
}

std::string channel_scale(const std::vector<std::vector<float>>& sorted) {
  const auto within = [](double top) {
    return [top](float v) { return v >= 0 && static_cast<double>(v) <= top; };
  };
  double largest = 0;
  for (const auto& values : sorted) {
    largest = std::max(largest, quantile_of_marker(values, 0.999));
  }
  const double ratio = largest_ratio(sorted);
  const bool whole = nearly_all(sorted, [](float v) { return v == std::round(v); });
  if (whole && largest > 200 && nearly_all(sorted, within(kOldScale)) && ratio < kLargestOldRatio) {
    return "whole numbers from 0 to 1023, spread as on a logarithmic scale";
  }
  if (sorted.size() > 2 && largest > 400 && nearly_all(sorted, within(kWideScale)) &&
      ratio < kLargestWideRatio) {
    return "from 0 to 4095, spread as on a logarithmic scale";
  }
  return {};
}

}  // namespace

ValueJudgement judge_channel_values(const DenseMatrix& markers, bool metal) {
  if (markers.rows == 0 || markers.columns == 0) {
    throw InputError({.what = "the matrix is empty",
                      .found = std::to_string(markers.rows) + " cells and " +
                               std::to_string(markers.columns) + " markers"});
  }
  const std::vector<std::vector<float>> sorted = sorted_markers(markers);
  if (nearly_all(sorted, [](float v) { return std::abs(v) <= kLargestLog; })) {
    return {ValueKind::transformed, "no marker beyond " +
                                        shortest(static_cast<double>(kLargestLog)) +
                                        ", as after arcsinh or a logarithm"};
  }
  const std::string channels = metal ? std::string{} : channel_scale(sorted);
  if (!channels.empty()) {
    return {ValueKind::transformed, "channel values: " + channels};
  }
  double largest = 0;
  for (const auto& values : sorted) {
    largest = std::max(largest, static_cast<double>(values.back()));
  }
  return {ValueKind::linear,
          "channels of a cytometer, markers up to " + shortest(std::round(largest))};
}

}  // namespace mixvae
