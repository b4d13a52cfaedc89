#pragma once

#include <cstdint>

#include "data/matrix.hpp"

namespace mixvae::metrics {

struct MmdOptions {
  Index permutations = 1000;
  Index most_cells = 500;  // of each sample; of a larger one, so many are chosen by chance
  double bandwidth = 0;    // sigma of the kernel; 0: the median distance between pooled cells
  std::uint64_t seed = 0;
};

struct MmdTest {
  double squared = 0;    // unbiased estimate of the squared MMD; may be below 0
  double bandwidth = 0;  // that was used
  double p = 1;          // (1 + permutations that reach `squared`) / (1 + permutations)
  Index cells = 0;       // of both samples, that were used
};

/// Maximum mean discrepancy between two samples of rows, x [M,d] and y [N,d], with the kernel
/// exp(-|a - b|^2 / (2 sigma^2)), and the test of equal distributions by permutation of the pooled
/// cells (Gretton et al., JMLR 13:723, 2012, lemma 6 and section 5; sigma by their median
/// heuristic). Same bits for any number of threads. Throws InputError for fewer than 2 rows in a
/// sample, for different widths, and when no two pooled cells differ; UsageError for a bandwidth
/// so far from the distances between cells that the kernel is the same for all pairs.
MmdTest mmd_test(const DenseMatrix& x, const DenseMatrix& y, const MmdOptions& options = {});

}  // namespace mixvae::metrics
