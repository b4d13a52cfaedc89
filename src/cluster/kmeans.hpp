#pragma once

#include <cstdint>
#include <vector>

#include "data/matrix.hpp"

namespace mixvae::cluster {

struct KmeansOptions {
  Index clusters = 8;  // K, 1 <= K <= N
  int starts = 10;     // the best of so many random starts is kept
  int iterations = 300;
  double tolerance =
      1e-4;  // stop when the centres move less than this fraction of the mean column variance
  std::uint64_t seed = 0;
};

struct Kmeans {
  std::vector<std::int32_t>
      labels;           // [N], clusters numbered by falling size, ties by their first cell
  DenseMatrix centres;  // [K,d]
  double inertia = 0;   // sum over cells of the squared distance to their centre
  int iterations = 0;   // of the kept start
};

/// k-means by Lloyd's algorithm from k-means++ starts with greedy candidates (Arthur and
/// Vassilvitskii, SODA 2007). A cluster that runs empty takes the cell farthest from its centre.
/// Cells lie in the rows of x [N,d]. Same bits for any number of threads. Throws UsageError when K
/// is out of range, InputError for a value that is not finite.
Kmeans kmeans(const DenseMatrix& x, const KmeansOptions& options);

/// The nearest centre of each row [M] (the first of equally near ones) and, where wanted, the
/// squared distance to it [M].
std::vector<std::int32_t> nearest_centres(const DenseMatrix& x, const DenseMatrix& centres,
                                          std::vector<float>* squared_distance = nullptr);

}  // namespace mixvae::cluster
