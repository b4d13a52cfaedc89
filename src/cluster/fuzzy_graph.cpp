#include "cluster/fuzzy_graph.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/parallel.hpp"

namespace mixvae::cluster {
namespace {

constexpr int kBisections = 64;
constexpr double kTolerance = 1e-5;
constexpr double kLeastScale = 1e-3;
constexpr Index kFuzzyGrain = 256;

double membership_sum(std::span<const float> distances, double rho, double sigma) {
  double sum = 0;
  for (const float distance : distances) {
    const double beyond = distance - rho;
    sum += beyond > 0 ? std::exp(-beyond / sigma) : 1.0;
  }
  return sum;
}

/// The sigma for which the memberships sum to the target; grows without bound or to zero where
/// there is none.
double bisect_sigma(std::span<const float> distances, double rho, double target) {
  double low = 0;
  double high = std::numeric_limits<double>::infinity();
  double sigma = 1;
  for (int step = 0; step < kBisections; ++step) {
    const double sum = membership_sum(distances, rho, sigma);
    if (std::abs(sum - target) < kTolerance) {
      break;
    }
    (sum > target ? high : low) = sigma;
    sigma = std::isinf(high) ? 2 * sigma : 0.5 * (low + high);
  }
  return sigma;
}

double mean(std::span<const float> values, std::size_t count) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(count);
}

float smallest_positive(std::span<const float> distances) {
  const auto found = std::ranges::find_if(distances, [](float d) { return d > 0; });
  return found == distances.end() ? 0.0F : *found;
}

/// Entries of the directed graph by target cell: column j lists who has j as a neighbour.
CsrMatrix directed_graph(const Neighbours& graph, const std::vector<float>& membership) {
  CsrMatrix directed;
  directed.rows = static_cast<Index>(graph.cells.size()) / graph.k;
  directed.columns = directed.rows;
  directed.column_numbers = graph.cells;
  directed.values = membership;
  directed.offsets.clear();
  for (Index row = 0; row <= directed.rows; ++row) {
    directed.offsets.push_back(row * graph.k);
  }
  sort_and_merge(directed);
  return directed;
}

/// Appends the union of one cell's own neighbourhood and of those it is in, both sorted by cell.
void append_union(const SparseRow& own, const SparseRow& others, CsrMatrix& result) {
  std::size_t a = 0;
  std::size_t b = 0;
  while (a < own.columns.size() || b < others.columns.size()) {
    const bool take_own = b == others.columns.size() ||
                          (a < own.columns.size() && own.columns[a] <= others.columns[b]);
    const bool take_other = a == own.columns.size() ||
                            (b < others.columns.size() && others.columns[b] <= own.columns[a]);
    const float w = take_own ? own.values[a] : 0.0F;
    const float v = take_other ? others.values[b] : 0.0F;
    result.column_numbers.push_back(take_own ? own.columns[a] : others.columns[b]);
    result.values.push_back(w + v - w * v);
    a += take_own ? 1 : 0;
    b += take_other ? 1 : 0;
  }
}

}  // namespace

std::vector<NeighbourScale> neighbour_scales(const Neighbours& graph) {
  const Index cells = static_cast<Index>(graph.cells.size()) / graph.k;
  const auto with_self = static_cast<std::size_t>(graph.k + 1);
  const double mean_of_all =
      mean(graph.distances, static_cast<std::size_t>(std::max<Index>(cells, 1)) * with_self);
  const double target = std::log2(static_cast<double>(with_self));
  std::vector<NeighbourScale> scales(cells);
  parallel_for(cells, kFuzzyGrain, [&](Index begin, Index end) {
    for (Index cell = begin; cell < end; ++cell) {
      const auto distances = graph.distances_of(cell);
      const float rho = smallest_positive(distances);
      const double least = kLeastScale * (rho > 0 ? mean(distances, with_self) : mean_of_all);
      const double sigma = std::max(bisect_sigma(distances, rho, target), least);
      scales[cell] = {rho, static_cast<float>(sigma)};
    }
  });
  return scales;
}

std::vector<float> memberships(const Neighbours& graph, const std::vector<NeighbourScale>& scales) {
  std::vector<float> result(graph.distances.size());
  parallel_for(static_cast<Index>(scales.size()), kFuzzyGrain, [&](Index begin, Index end) {
    for (Index cell = begin; cell < end; ++cell) {
      const auto [rho, sigma] = scales[cell];
      for (Index n = cell * graph.k; n < (cell + 1) * graph.k; ++n) {
        const float beyond = graph.distances[n] - rho;
        // Never quite zero, so that the neighbour stays one.
        result[n] = beyond <= 0
                        ? 1.0F
                        : std::max(std::exp(-beyond / sigma), std::numeric_limits<float>::min());
      }
    }
  });
  return result;
}

CsrMatrix fuzzy_union(const Neighbours& graph, const std::vector<float>& membership) {
  const CsrMatrix own = directed_graph(graph, membership);
  const CsrMatrix others = transpose(own);
  CsrMatrix result;
  result.rows = own.rows;
  result.columns = own.columns;
  for (Index cell = 0; cell < own.rows; ++cell) {
    append_union(own.row(cell), others.row(cell), result);
    result.offsets.push_back(static_cast<Index>(result.values.size()));
  }
  return result;
}

}  // namespace mixvae::cluster
