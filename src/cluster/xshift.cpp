#include "cluster/xshift.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "cluster/labels.hpp"

namespace mixvae::cluster {
namespace {

constexpr Index kFirstK = 10;
constexpr Index kStepK = 10;
constexpr Index kLastK = 150;
constexpr Index kPeakNeighbours = 20;
constexpr double kLeastNeighbourDistance = 1e-30;
constexpr Index kDensityGrain = 512;

DenseMatrix peak_rows(const DenseMatrix& x, const std::vector<std::int32_t>& rows) {
  DenseMatrix chosen(static_cast<Index>(rows.size()), x.columns);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::ranges::copy(x.row(rows[i]), chosen.row(static_cast<Index>(i)).begin());
  }
  return chosen;
}

float squared(const DenseMatrix& x, Index a, Index b) {
  return raw_distance(Metric::euclidean, x.row(a), x.row(b));
}

/// Pairs a < b of peaks without a third peak in the ball over them.
std::vector<std::pair<Index, Index>> gabriel_pairs(const DenseMatrix& peaks) {
  std::vector<std::pair<Index, Index>> pairs;
  if (peaks.rows < 2) {
    return pairs;
  }
  const Neighbours graph = nearest_neighbours(peaks, std::min(kPeakNeighbours, peaks.rows - 1));
  for (Index a = 0; a < peaks.rows; ++a) {
    for (const std::int32_t b : graph.of(a)) {
      // A peak within the ball is nearer to a than b is, so it is among the neighbours before b.
      const float width = squared(peaks, a, b);
      const bool empty = std::ranges::none_of(graph.of(a), [&](std::int32_t c) {
        return c != b && squared(peaks, a, c) + squared(peaks, b, c) < width;
      });
      if (empty) {
        pairs.emplace_back(std::min<Index>(a, b), std::max<Index>(a, b));
      }
    }
  }
  std::ranges::sort(pairs);
  const auto repeated = std::ranges::unique(pairs);
  pairs.erase(repeated.begin(), repeated.end());
  return pairs;
}

DenseMatrix midpoints(const DenseMatrix& peaks, const std::vector<std::pair<Index, Index>>& pairs,
                      bool on_sphere) {
  DenseMatrix points(static_cast<Index>(pairs.size()), peaks.columns);
  for (std::size_t n = 0; n < pairs.size(); ++n) {
    const auto target = points.row(static_cast<Index>(n));
    double length = 0;
    for (Index c = 0; c < peaks.columns; ++c) {
      target[c] = 0.5F * (peaks(pairs[n].first, c) + peaks(pairs[n].second, c));
      length += static_cast<double>(target[c]) * target[c];
    }
    if (on_sphere && length > 0) {
      std::ranges::transform(target, target.begin(), [length](float value) {
        return static_cast<float>(value / std::sqrt(length));
      });
    }
  }
  return points;
}

/// The lowest peak that each peak is united with, directly or through others.
std::vector<Index> united_peaks(Index count, const std::vector<std::pair<Index, Index>>& pairs,
                                const std::vector<bool>& unite) {
  std::vector<Index> lowest(count);
  std::iota(lowest.begin(), lowest.end(), Index{0});
  const auto root = [&lowest](Index peak) {
    while (lowest[peak] != peak) {
      peak = lowest[peak];
    }
    return peak;
  };
  for (std::size_t n = 0; n < pairs.size(); ++n) {
    if (unite[n]) {
      const Index a = root(pairs[n].first);
      const Index b = root(pairs[n].second);
      lowest[std::max(a, b)] = std::min(a, b);
    }
  }
  for (Index peak = 0; peak < count; ++peak) {
    lowest[peak] = root(peak);
  }
  return lowest;
}

/// The cells, as they are compared, with their neighbours.
struct XshiftSpace {
  const DenseMatrix& rows;
  const Neighbours& graph;
  bool on_sphere;
  const XshiftOptions& options;
};

/// Which peaks belong together, by the density between them.
std::vector<Index> unite_peaks(const XshiftSpace& space, Index k,
                               const std::vector<std::int32_t>& peaks,
                               const std::vector<double>& density) {
  const DenseMatrix places = peak_rows(space.rows, peaks);
  const auto pairs = gabriel_pairs(places);
  std::vector<bool> unite(pairs.size());
  if (!pairs.empty()) {
    const Neighbours around =
        neighbours_among(midpoints(places, pairs, space.on_sphere), space.rows,
                         {.neighbours = k, .seed = space.options.seed});
    const std::vector<double> between = log_densities(around, k, space.rows.columns);
    for (std::size_t n = 0; n < pairs.size(); ++n) {
      unite[n] =
          between[n] >= std::min(density[peaks[pairs[n].first]], density[peaks[pairs[n].second]]);
    }
  }
  return united_peaks(static_cast<Index>(peaks.size()), pairs, unite);
}

Xshift with_neighbours(const XshiftSpace& space, Index k) {
  const std::vector<double> density = log_densities(space.graph, k, space.rows.columns);
  const std::vector<std::int32_t> peak_of = density_peaks(space.graph, k, density);
  std::vector<std::int32_t> peaks = peak_of;
  std::ranges::sort(peaks);
  const auto repeated = std::ranges::unique(peaks);
  peaks.erase(repeated.begin(), repeated.end());
  const std::vector<Index> united = unite_peaks(space, k, peaks, density);
  Xshift result;
  result.neighbours = k;
  std::map<Index, std::int32_t> numbers;
  for (const std::int32_t peak : peak_of) {
    const Index place = std::ranges::lower_bound(peaks, peak) - peaks.begin();
    const auto next = static_cast<std::int32_t>(numbers.size());
    result.labels.push_back(numbers.try_emplace(united[place], next).first->second);
  }
  result.clusters = static_cast<Index>(numbers.size());
  renumber(result.labels, numbers_by_size(result.labels, result.clusters));
  return result;
}

}  // namespace

std::vector<double> log_densities(const Neighbours& graph, Index k, Index dimensions) {
  const Index count = static_cast<Index>(graph.cells.size()) / graph.k;
  const double numerator = std::log(static_cast<double>(k * (k + 1)) / 2);
  std::vector<double> densities(count);
  parallel_for(count, kDensityGrain, [&](Index begin, Index end) {
    for (Index cell = begin; cell < end; ++cell) {
      const auto distances = graph.distances_of(cell).first(static_cast<std::size_t>(k));
      const double largest = std::max<double>(distances.back(), kLeastNeighbourDistance);
      double sum = 0;
      for (const float distance : distances) {
        sum += std::pow(std::max<double>(distance, kLeastNeighbourDistance) / largest,
                        static_cast<double>(dimensions));
      }
      densities[cell] =
          numerator - std::log(sum) - static_cast<double>(dimensions) * std::log(largest);
    }
  });
  return densities;
}

std::vector<std::int32_t> density_peaks(const Neighbours& graph, Index k,
                                        const std::vector<double>& density) {
  const auto denser = [&density](std::int32_t a, std::int32_t b) {
    return density[a] != density[b] ? density[a] > density[b] : a < b;
  };
  const auto count = static_cast<std::int32_t>(density.size());
  std::vector<std::int32_t> next(density.size());
  for (std::int32_t cell = 0; cell < count; ++cell) {
    next[cell] = cell;
    for (const std::int32_t other : graph.of(cell).first(static_cast<std::size_t>(k))) {
      next[cell] = denser(other, next[cell]) ? other : next[cell];
    }
  }
  std::vector<std::int32_t> by_density(density.size());
  std::iota(by_density.begin(), by_density.end(), 0);
  std::ranges::sort(by_density, denser);
  std::vector<std::int32_t> peak(density.size());
  for (const std::int32_t cell : by_density) {
    peak[cell] = next[cell] == cell ? cell : peak[next[cell]];
  }
  return peak;
}

Index elbow(const std::vector<std::pair<Index, Index>>& counts) {
  const auto [first_k, first_n] = counts.front();
  const auto [last_k, last_n] = counts.back();
  const auto [least, most] = std::ranges::minmax(counts, {}, &std::pair<Index, Index>::second);
  const double width = static_cast<double>(std::max<Index>(last_k - first_k, 1));
  const double height = static_cast<double>(std::max<Index>(most.second - least.second, 1));
  Index best = first_k;
  double deepest = 0;
  for (const auto& [k, n] : counts) {
    const double along = static_cast<double>(k - first_k) / width;
    const double line =
        static_cast<double>(first_n) + along * static_cast<double>(last_n - first_n);
    const double below = (line - static_cast<double>(n)) / height;
    if (below > deepest) {
      deepest = below;
      best = k;
    }
  }
  return best;
}

Xshift xshift(const DenseMatrix& x, const XshiftOptions& options) {
  const Metric metric = metric_named(options.metric);
  const DenseMatrix rows = comparable_rows(x, metric);
  const Index others = x.rows - 1;
  if (others < 1) {
    return {std::vector<std::int32_t>(x.rows, 0), x.rows, 0};
  }
  const Index most = options.neighbours.value_or(std::min(kLastK, others));
  const Neighbours graph = nearest_neighbours(rows, {.neighbours = most, .seed = options.seed});
  const XshiftSpace space{rows, graph, metric == Metric::cosine, options};
  if (options.neighbours || others < 2 * kFirstK) {
    return with_neighbours(space, most);
  }
  std::map<Index, Xshift> results;
  std::vector<std::pair<Index, Index>> counts;
  for (Index k = kFirstK; k <= most; k += kStepK) {
    results[k] = with_neighbours(space, k);
    counts.emplace_back(k, results[k].clusters);
  }
  return std::move(results[elbow(counts)]);
}

}  // namespace mixvae::cluster
