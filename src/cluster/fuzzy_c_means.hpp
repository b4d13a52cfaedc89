#pragma once

#include <cstdint>
#include <vector>

#include "base/options.hpp"
#include "data/matrix.hpp"

namespace mixvae::cluster {

struct FuzzyCMeansOptions {
  Index clusters = 8;    // K, 1 <= K <= N
  double fuzzifier = 2;  // m > 1
  Index starts = 10;     // random starts; the lowest objective is kept
  Index iterations = 300;
  double tolerance = 1e-5;  // stop when no membership changes by more
  std::uint64_t seed = 0;
};

/// Those of this method alone; analysis/clustering_options declares what several methods share.
Options options(FuzzyCMeansOptions& settings);

struct FuzzyCMeans {
  std::vector<std::int32_t> labels;  // [N] the strongest membership; numbered by falling size
  DenseMatrix memberships;           // [N,K], rows sum to 1
  DenseMatrix centres;               // [K,d]
  double objective = 0;              // sum over cells and clusters of membership^m * distance^2
  Index iterations = 0;              // of the kept start
};

/// Fuzzy c-means of the rows of x [N,d] (Bezdek, Pattern Recognition with Fuzzy Objective Function
/// Algorithms, 1981): memberships u_ik = 1 / sum_j (d_ik / d_ij)^(2 / (m - 1)) and centres weighted
/// by u^m in turn, from random cells as centres. A cell on a centre belongs to it alone (in equal
/// shares to centres that coincide). Same bits for any number of threads. Throws UsageError when K
/// is out of range or m <= 1, InputError for a value that is not finite.
FuzzyCMeans fuzzy_c_means(const DenseMatrix& x, const FuzzyCMeansOptions& options);

/// From given centres [K,d], not renumbered.
FuzzyCMeans fuzzy_c_means_from(const DenseMatrix& x, DenseMatrix centres,
                               const FuzzyCMeansOptions& options);

}  // namespace mixvae::cluster
