#pragma once

#include <cstdint>

#include "cluster/gmm.hpp"

namespace mixvae::cluster {

struct MergedGmmOptions {
  Index most = 40;               // largest number of components of the result, 1 <= most <= N
  Index pieces = 2;              // first components per allowed one, where cells suffice
  double regularisation = 1e-6;  // added to the variances
  std::uint64_t seed = 0;
};

struct MergedGmm {
  Gmm mixture;  // K <= most components with full covariances
  double bic = 0;
};

/// Bayesian information criterion of a mixture of K Gaussians with full covariances in d
/// dimensions, lower is better: -2 N L + p ln N with mean log likelihood per cell L (nats) and
/// p = K (1 + d + d (d + 1) / 2) - 1 parameters (Schwarz 1978).
double bic(double log_likelihood, Index cells, Index components, Index columns);

/// Gaussian mixture of the rows of x [N,d] that finds its number of components: from too many (of
/// a k-means start; at least 3 (d + 1) cells each on average) the two whose merging costs least
/// likelihood are merged, expectation maximisation runs on, and so forth; the mixture with the
/// lowest BIC is the result. Too many first components avoid the optima in which one
/// component covers two groups. Candidates for merging are the pairs that cost least classification
/// likelihood (of cells given to components, which depends on moments alone); among these the
/// likelihood of the cells decides. Components of at most d + 1 cells disappear. Labels as those of
/// gaussian_mixture. Same bits for any number of threads. Throws as gaussian_mixture() does.
MergedGmm merged_gmm(const DenseMatrix& x, const MergedGmmOptions& options);

}  // namespace mixvae::cluster
