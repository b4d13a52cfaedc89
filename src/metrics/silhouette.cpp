#include "metrics/silhouette.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/philox.hpp"
#include "data/prepare/distances.hpp"

namespace mixvae::metrics {
namespace {

constexpr Index kBlock = 32;

/// Cells in use, sorted by cluster: cluster k owns rows [starts[k], starts[k + 1]) of x.
struct SortedCells {
  DenseMatrix x;
  std::vector<Index> starts;

  Index clusters() const { return static_cast<Index>(starts.size()) - 1; }
  Index size(Index k) const { return starts[k + 1] - starts[k]; }
};

/// The labelled cells, or a random sample of them without repetition (partial Fisher-Yates).
std::vector<Index> cells_in_use(Labels labels, const SilhouetteOptions& options) {
  std::vector<Index> cells;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] >= 0) {
      cells.push_back(static_cast<Index>(i));
    }
  }
  const auto count = static_cast<Index>(cells.size());
  if (count <= options.most_cells) {
    return cells;
  }
  PhiloxStream random(options.seed, Purpose::subsample);
  for (Index i = 0; i < options.most_cells; ++i) {
    const auto step = static_cast<Index>(random.integer(static_cast<std::uint64_t>(count - i)));
    std::swap(cells[i], cells[i + step]);
  }
  cells.resize(options.most_cells);
  return cells;
}

SortedCells sorted_cells(const DenseMatrix& x, Labels labels, const SilhouetteOptions& options) {
  std::vector<Index> cells = cells_in_use(labels, options);
  std::ranges::sort(cells, [&](Index a, Index b) {
    return labels[a] != labels[b] ? labels[a] < labels[b] : a < b;
  });
  const Index clusters = labels.empty() ? 0 : Index{std::ranges::max(labels)} + 1;
  SortedCells sorted{DenseMatrix(static_cast<Index>(cells.size()), x.columns),
                     std::vector<Index>(clusters + 1)};
  for (Index i = 0; i < sorted.x.rows; ++i) {
    std::ranges::copy(x.row(cells[i]), sorted.x.row(i).begin());
    ++sorted.starts[labels[cells[i]] + 1];
  }
  std::partial_sum(sorted.starts.begin(), sorted.starts.end(), sorted.starts.begin());
  return sorted;
}

void require_clusters(const SortedCells& cells) {
  Index used = 0;
  for (Index k = 0; k < cells.clusters(); ++k) {
    used += cells.size(k) > 0 ? 1 : 0;
  }
  if (used < 2 || used >= cells.x.rows) {
    throw InputError({.what = "the silhouette needs two clusters or more, and fewer than cells",
                      .found = std::to_string(used) + " clusters of " +
                               std::to_string(cells.x.rows) + " cells"});
  }
}

/// Silhouette of a cell of cluster `own` from its squared distances to all cells in use.
double silhouette_of(const SortedCells& cells, Index own, const float* squared) {
  if (cells.size(own) == 1) {
    return 0.0;
  }
  double within = 0;
  double nearest = std::numeric_limits<double>::infinity();
  for (Index k = 0; k < cells.clusters(); ++k) {
    double sum = 0;
    for (Index j = cells.starts[k]; j < cells.starts[k + 1]; ++j) {
      sum += std::sqrt(squared[j]);
    }
    if (k == own) {
      within = sum / static_cast<double>(cells.size(k) - 1);
    } else if (cells.size(k) > 0) {
      nearest = std::min(nearest, sum / static_cast<double>(cells.size(k)));
    }
  }
  const double larger = std::max(within, nearest);
  return larger > 0 ? (nearest - within) / larger : 0.0;
}

std::vector<double> silhouettes(const SortedCells& cells) {
  const PackedRows packed(cells.x);
  const Index width = packed.panels() * PackedRows::kLanes;
  std::vector<double> values(cells.x.rows);
  parallel_for(cells.x.rows, kBlock, [&](Index begin, Index end) {
    std::vector<float> block(kBlock * width);
    Index own = 0;
    for (Index first = begin; first < end; first += kBlock) {
      const Index last = std::min(first + kBlock, end);
      squared_distances(cells.x, first, last, packed, 0, packed.panels(), block);
      for (Index i = first; i < last; ++i) {
        while (i >= cells.starts[own + 1]) {
          ++own;
        }
        values[i] = silhouette_of(cells, own, block.data() + (i - first) * width);
      }
    }
  });
  return values;
}

}  // namespace

Silhouette silhouette(const DenseMatrix& x, Labels labels, const SilhouetteOptions& options) {
  MIXVAE_ASSERT(x.rows == static_cast<Index>(labels.size()), "labels of other cells");
  const SortedCells cells = sorted_cells(x, labels, options);
  require_clusters(cells);
  const std::vector<double> values = silhouettes(cells);
  Silhouette result;
  result.cells = cells.x.rows;
  result.mean =
      std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  return result;
}

}  // namespace mixvae::metrics
