#include "metrics/rank_sum.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

namespace mixvae::metrics {
namespace {

/// Beyond it the tail of the normal distribution is taken from its asymptotic series, whose next
/// term is 1e-10 of it.
constexpr double kTailScore = 35;

double ties(double count) { return count * (count * count - 1); }

}  // namespace

RankSums rank_sums(std::vector<GroupedValue>& values, std::span<const Index> sizes) {
  std::ranges::sort(values, {}, &GroupedValue::value);
  const auto count = static_cast<double>(values.size());
  const double zeros =
      static_cast<double>(std::accumulate(sizes.begin(), sizes.end(), Index{0})) - count;
  RankSums result{std::vector<double>(sizes.size()), ties(zeros)};
  std::vector<Index> zeros_of_group(sizes.begin(), sizes.end());
  double negative = 0;
  for (std::size_t begin = 0; begin < values.size();) {
    std::size_t end = begin;
    while (end < values.size() && values[end].value == values[begin].value) {
      ++end;
    }
    const double below = static_cast<double>(begin) + (values[begin].value > 0 ? zeros : 0);
    const double rank = below + (static_cast<double>(end - begin) + 1) / 2;
    result.tie_sum += ties(static_cast<double>(end - begin));
    negative += values[begin].value < 0 ? static_cast<double>(end - begin) : 0;
    for (; begin < end; ++begin) {
      result.sums[values[begin].group] += rank;
      --zeros_of_group[values[begin].group];
    }
  }
  for (std::size_t g = 0; g < sizes.size(); ++g) {
    result.sums[g] += static_cast<double>(zeros_of_group[g]) * (negative + (zeros + 1) / 2);
  }
  return result;
}

double rank_sum_score(double rank_sum, Index inside, Index total, double tie_sum) {
  if (inside == 0 || inside == total) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const auto n = static_cast<double>(total);
  const auto a = static_cast<double>(inside);
  const double variance = a * (n - a) / 12 * (n + 1 - tie_sum / (n * (n - 1)));
  const double excess = rank_sum - a * (n + 1) / 2;
  return variance <= 1e-9 * n ? 0.0 : excess / std::sqrt(variance);
}

double log10_two_sided_p(double score) {
  const double z = std::abs(score);
  if (!(z > kTailScore)) {
    return std::log10(std::erfc(z / std::numbers::sqrt2));
  }
  const double inverse = 1 / (z * z);
  const double correction = std::log1p(-inverse * (1 - inverse * (3 - 15 * inverse)));
  const double logarithm =
      std::log(2 / z) - z * z / 2 - std::log(2 * std::numbers::pi) / 2 + correction;
  return logarithm / std::numbers::ln10;
}

}  // namespace mixvae::metrics
