#include "metrics/reliability.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "base/index.hpp"
#include "metrics/accuracy.hpp"

namespace mixvae::metrics {
namespace {

constexpr std::size_t kParts = 10;
constexpr double kHalf = 0.5;

void require_pairs(std::span<const double> truth, std::span<const double> score) {
  if (truth.size() != score.size()) {
    throw Bug("a score of " + std::to_string(score.size()) + " cells was asked about " +
              std::to_string(truth.size()));
  }
}

std::vector<std::size_t> by_rising(std::span<const double> score) {
  std::vector<std::size_t> order(score.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t cell) { return score[cell]; });
  return order;
}

}  // namespace

std::vector<double> agreement(Labels a, Labels b) {
  const Matching matching = best_matching(contingency(a, b));
  std::vector<double> agrees(a.size());
  std::ranges::transform(a, b, agrees.begin(), [&](std::int32_t of_a, std::int32_t of_b) {
    return matching.cluster_of_type[at(of_a)] == of_b ? 1.0 : 0.0;
  });
  return agrees;
}

double auroc(std::span<const double> truth, std::span<const double> score) {
  require_pairs(truth, score);
  const double positives = std::accumulate(truth.begin(), truth.end(), 0.0);
  const double negatives = static_cast<double>(truth.size()) - positives;
  if (positives == 0 || negatives == 0) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const std::vector<std::size_t> order = by_rising(score);
  double below = 0;  // pairs of a true cell and one that is not and has the lower score
  double passed = 0;
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    double here = 0;
    while (last < order.size() && score[order[last]] == score[order[first]]) {
      here += truth[order[last++]];
    }
    const double others = static_cast<double>(last - first) - here;
    below += here * (passed + kHalf * others);
    passed += others;
    first = last;
  }
  return below / (positives * negatives);
}

std::vector<ReliabilityBin> reliability(std::span<const double> truth,
                                        std::span<const double> score) {
  require_pairs(truth, score);
  const std::vector<std::size_t> order = by_rising(score);
  const std::size_t parts = std::min(kParts, order.size());
  std::vector<ReliabilityBin> bins;
  for (std::size_t part = 0, next = 0; part < parts; ++part) {
    const std::size_t cells = order.size() / parts + (part < order.size() % parts ? 1 : 0);
    ReliabilityBin bin{.cells = static_cast<double>(cells)};
    for (const std::size_t end = next + cells; next < end; ++next) {
      bin.score += score[order[next]] / bin.cells;
      bin.truth += truth[order[next]] / bin.cells;
    }
    bins.push_back(bin);
  }
  return bins;
}

double calibration_error(std::span<const double> truth, std::span<const double> score) {
  double error = 0;
  for (const ReliabilityBin& bin : reliability(truth, score)) {
    error += bin.cells / static_cast<double>(truth.size()) * std::abs(bin.score - bin.truth);
  }
  return error;
}

}  // namespace mixvae::metrics
