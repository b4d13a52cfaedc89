#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cluster/metric.hpp"
#include "data/matrix.hpp"

namespace mixvae::cluster {

/// The k nearest neighbours of each of N cells, nearest first.
struct Neighbours {
  Index k = 0;
  std::vector<std::int32_t> cells;  // [N,k]
  std::vector<float> distances;     // [N,k], in the metric asked for

  std::span<const std::int32_t> of(Index cell) const {
    return {cells.data() + cell * k, static_cast<std::size_t>(k)};
  }
  std::span<const float> distances_of(Index cell) const {
    return {distances.data() + cell * k, static_cast<std::size_t>(k)};
  }
};

/// The first k of each cell's neighbours, k at most those there are.
Neighbours nearest_of(const Neighbours& graph, Index k);

struct KnnOptions {
  Index neighbours = 15;             // k
  std::string metric = "euclidean";  // a name of metric_names()
  std::string search = "auto";       // auto, exact, approximate
  std::uint64_t seed = 0;            // of the approximate search
};

/// Whether the options ask for all pairs to be compared: always with search "exact"; with "auto"
/// when queries * cells * columns is at most 3e11, half a minute or so of one core's work.
bool searches_exactly(Index queries, Index cells, Index columns, const KnnOptions& options);

/// The exact k nearest other rows of each row of x [N,d] in Euclidean distance; the cell itself is
/// not among them, equally near cells come by index. All pairs are compared: O(N^2 d) time, O(N k)
/// memory. Same bits for any number of threads. Throws UsageError unless 1 <= k < N, InputError for
/// a value that is not finite.
Neighbours nearest_neighbours(const DenseMatrix& x, Index k);

/// The same in any metric, exact or approximate (cluster/part_search.hpp; for manhattan and
/// canberra cluster/hnsw.hpp). Also throws InputError for rows that the metric cannot compare
/// (comparable_rows).
Neighbours nearest_neighbours(const DenseMatrix& x, const KnnOptions& options);

/// The k nearest rows of x [N,d] to each of other cells [M,d]: a result for M cells. Throws
/// UsageError unless 1 <= k <= N, else as above.
Neighbours neighbours_among(const DenseMatrix& queries, const DenseMatrix& x,
                            const KnnOptions& options);

}  // namespace mixvae::cluster
