#include "cluster/kmeans.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/philox.hpp"
#include "cluster/labels.hpp"
#include "data/prepare/distances.hpp"

namespace mixvae::cluster {
namespace {

constexpr Index kDistanceBlock = 64;
constexpr Index kStepsWorthAThread =
    1 << 20;  // elementary steps below which a second thread costs more than it saves

/// Items per thread at least, when each costs so many steps.
Index grain(Index steps) { return 1 + kStepsWorthAThread / std::max<Index>(steps, 1); }

double sum(const std::vector<float>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

/// Squared distances [N, candidates] from each cell to some of the cells.
DenseMatrix distances_to_cells(const DenseMatrix& x, const std::vector<Index>& cells) {
  DenseMatrix chosen(static_cast<Index>(cells.size()), x.columns);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    std::ranges::copy(x.row(cells[i]), chosen.row(static_cast<Index>(i)).begin());
  }
  const PackedRows packed(chosen);
  DenseMatrix out(x.rows, packed.panels() * PackedRows::kLanes);
  parallel_for(x.rows, grain(out.columns * x.columns), [&](Index begin, Index end) {
    squared_distances(
        x, begin, end, packed, 0, packed.panels(),
        {out.row(begin).data(), static_cast<std::size_t>((end - begin) * out.columns)});
  });
  return out;
}

/// A cell drawn with probability proportional to its weight; uniformly when all weights are zero.
Index draw(const std::vector<double>& cumulated, PhiloxStream& random) {
  const auto count = static_cast<Index>(cumulated.size());
  if (cumulated.back() <= 0) {
    return static_cast<Index>(random.integer(static_cast<std::uint64_t>(count)));
  }
  const double level = random.uniform() * cumulated.back();
  const auto found = std::ranges::upper_bound(cumulated, level);
  return std::min<Index>(found - cumulated.begin(), count - 1);
}

/// Of some candidates the one that leaves the smallest sum of squared distances; lowers `nearest`
/// to it.
Index best_candidate(const DenseMatrix& x, const std::vector<Index>& candidates,
                     std::vector<float>& nearest) {
  const DenseMatrix distances = distances_to_cells(x, candidates);
  std::vector<double> potential(candidates.size());
  for (Index i = 0; i < x.rows; ++i) {
    for (std::size_t c = 0; c < candidates.size(); ++c) {
      potential[c] += std::min(nearest[i], distances(i, static_cast<Index>(c)));
    }
  }
  const Index best = std::ranges::min_element(potential) - potential.begin();
  for (Index i = 0; i < x.rows; ++i) {
    nearest[i] = std::min(nearest[i], distances(i, best));
  }
  return candidates[best];
}

/// k-means++ with 2 + log K candidates per centre.
DenseMatrix start_centres(const DenseMatrix& x, Index clusters, PhiloxStream& random) {
  const auto candidate_count = 2 + static_cast<Index>(std::log(static_cast<double>(clusters)));
  DenseMatrix centres(clusters, x.columns);
  std::vector<float> nearest(x.rows, std::numeric_limits<float>::infinity());
  std::vector<double> cumulated(x.rows);
  std::vector<Index> candidates{
      static_cast<Index>(random.integer(static_cast<std::uint64_t>(x.rows)))};
  for (Index k = 0; k < clusters; ++k) {
    const Index chosen = best_candidate(x, candidates, nearest);
    std::ranges::copy(x.row(chosen), centres.row(k).begin());
    std::inclusive_scan(nearest.begin(), nearest.end(), cumulated.begin(), std::plus<>(), 0.0);
    candidates.resize(candidate_count);
    std::ranges::generate(candidates, [&] { return draw(cumulated, random); });
  }
  return centres;
}

/// The cells of each cluster, in order: cluster k owns cells[starts[k], starts[k + 1]).
struct Members {
  std::vector<Index> starts;
  std::vector<Index> cells;
};

Members members_of(const std::vector<std::int32_t>& labels, Index clusters) {
  Members members;
  members.starts.assign(clusters + 1, 0);
  for (const std::int32_t label : labels) {
    ++members.starts[label + 1];
  }
  std::partial_sum(members.starts.begin(), members.starts.end(), members.starts.begin());
  members.cells.resize(labels.size());
  std::vector<Index> next(members.starts.begin(), members.starts.end() - 1);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    members.cells[next[labels[i]]++] = static_cast<Index>(i);
  }
  return members;
}

DenseMatrix mean_centres(const DenseMatrix& x, const std::vector<std::int32_t>& labels,
                         Index clusters) {
  const Members members = members_of(labels, clusters);
  DenseMatrix centres(clusters, x.columns);
  parallel_for(clusters, grain(x.rows * x.columns / clusters), [&](Index begin, Index end) {
    std::vector<double> sums(x.columns);
    for (Index k = begin; k < end; ++k) {
      std::ranges::fill(sums, 0.0);
      for (Index i = members.starts[k]; i < members.starts[k + 1]; ++i) {
        std::ranges::transform(sums, x.row(members.cells[i]), sums.begin(), std::plus<>());
      }
      const auto size = static_cast<double>(members.starts[k + 1] - members.starts[k]);
      std::ranges::transform(sums, centres.row(k).begin(),
                             [size](double value) { return static_cast<float>(value / size); });
    }
  });
  return centres;
}

/// Moves the centre of each empty cluster to the cell farthest from its own centre, among clusters
/// with more than one cell.
void fill_empty_clusters(const DenseMatrix& x, std::vector<std::int32_t>& labels,
                         std::vector<float>& distances, DenseMatrix& centres) {
  std::vector<Index> sizes(centres.rows);
  for (const std::int32_t label : labels) {
    ++sizes[label];
  }
  for (Index k = 0; k < centres.rows; ++k) {
    if (sizes[k] > 0) {
      continue;
    }
    Index farthest = -1;
    for (Index i = 0; i < x.rows; ++i) {
      if (sizes[labels[i]] > 1 && (farthest == -1 || distances[i] > distances[farthest])) {
        farthest = i;
      }
    }
    --sizes[labels[farthest]];
    sizes[k] = 1;
    labels[farthest] = static_cast<std::int32_t>(k);
    distances[farthest] = 0;
    std::ranges::copy(x.row(farthest), centres.row(k).begin());
  }
}

double squared_shift(const DenseMatrix& a, const DenseMatrix& b) {
  double shift = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    const double difference = static_cast<double>(a.values[i]) - b.values[i];
    shift += difference * difference;
  }
  return shift;
}

Kmeans lloyd(const DenseMatrix& x, DenseMatrix centres, int iterations, double least_shift) {
  Kmeans result;
  std::vector<float> distances;
  const auto assign = [&] {
    result.labels = nearest_centres(x, centres, &distances);
    fill_empty_clusters(x, result.labels, distances, centres);
  };
  assign();
  double shift = std::numeric_limits<double>::infinity();
  while (result.iterations < iterations && shift > least_shift) {
    DenseMatrix moved = mean_centres(x, result.labels, centres.rows);
    shift = squared_shift(moved, centres);
    centres = std::move(moved);
    assign();
    ++result.iterations;
  }
  result.inertia = sum(distances);
  result.centres = std::move(centres);
  return result;
}

/// Mean over the columns of their variance.
double mean_variance(const DenseMatrix& x) {
  std::vector<double> sums(x.columns);
  std::vector<double> squares(x.columns);
  for (Index i = 0; i < x.rows; ++i) {
    for (Index c = 0; c < x.columns; ++c) {
      const double centred = static_cast<double>(x(i, c)) - x(0, c);
      sums[c] += centred;
      squares[c] += centred * centred;
    }
  }
  double total = 0;
  const auto rows = static_cast<double>(x.rows);
  for (Index c = 0; c < x.columns; ++c) {
    total += squares[c] / rows - sums[c] / rows * (sums[c] / rows);
  }
  return total / static_cast<double>(x.columns);
}

void number_clusters_by_size(Kmeans& result) {
  const auto numbers = numbers_by_size(result.labels, result.centres.rows);
  renumber(result.labels, numbers);
  const DenseMatrix centres = result.centres;
  for (Index k = 0; k < centres.rows; ++k) {
    std::ranges::copy(centres.row(k), result.centres.row(numbers[k]).begin());
  }
}

}  // namespace

std::vector<std::int32_t> nearest_centres(const DenseMatrix& x, const DenseMatrix& centres,
                                          std::vector<float>* squared_distance) {
  const PackedRows packed(centres);
  const Index width = packed.panels() * PackedRows::kLanes;
  std::vector<std::int32_t> labels(x.rows);
  std::vector<float> nearest(x.rows);
  parallel_for(x.rows, grain(width * x.columns), [&](Index begin, Index end) {
    std::vector<float> block(kDistanceBlock * width);
    for (Index first = begin; first < end; first += kDistanceBlock) {
      const Index last = std::min(first + kDistanceBlock, end);
      squared_distances(x, first, last, packed, 0, packed.panels(), block);
      for (Index i = first; i < last; ++i) {
        const float* const row = block.data() + (i - first) * width;
        const float* const best = std::min_element(row, row + centres.rows);
        labels[i] = static_cast<std::int32_t>(best - row);
        nearest[i] = *best;
      }
    }
  });
  if (squared_distance != nullptr) {
    *squared_distance = std::move(nearest);
  }
  return labels;
}

Kmeans kmeans(const DenseMatrix& x, const KmeansOptions& options) {
  require_cluster_count(options.clusters, x.rows);
  require_finite(x);
  const double least_shift = options.tolerance * mean_variance(x);
  std::vector<Kmeans> results(std::max(options.starts, 1));
  parallel_for(static_cast<Index>(results.size()), 1, [&](Index begin, Index end) {
    for (Index start = begin; start < end; ++start) {
      PhiloxStream random(options.seed, Purpose::cluster_start, static_cast<std::uint64_t>(start));
      results[start] =
          lloyd(x, start_centres(x, options.clusters, random), options.iterations, least_shift);
    }
  });
  Kmeans best = std::move(*std::ranges::min_element(results, {}, &Kmeans::inertia));
  number_clusters_by_size(best);
  return best;
}

}  // namespace mixvae::cluster
