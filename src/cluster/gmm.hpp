#pragma once

#include <cstdint>
#include <vector>

#include "data/matrix.hpp"

namespace mixvae::cluster {

enum class Covariance { diagonal, full };

struct GmmOptions {
  Index components = 8;  // K, 1 <= K <= N
  Covariance covariance = Covariance::diagonal;
  int iterations = 100;
  double tolerance = 1e-3;       // stop when the mean log likelihood per cell gains less
  double regularisation = 1e-6;  // added to the variances
  int starts = 1;                // k-means starts
  std::uint64_t seed = 0;
};

struct Gmm {
  std::vector<std::int32_t> labels;  // [N] the most probable component; numbered by falling size
  DenseMatrix posteriors;            // [N,K]
  std::vector<double> weights;       // [K]
  DenseMatrix means;                 // [K,d]
  std::vector<double> covariances;   // [K,d] diagonal, [K,d,d] full
  double log_likelihood = 0;         // mean per cell, nats
  int iterations = 0;
  bool converged = false;
};

/// Gaussian mixture of the rows of x [N,d] by expectation maximisation in log space and double
/// precision, from a k-means start. Same bits for any number of threads. Throws UsageError when K
/// is out of range, InputError for a value that is not finite or a covariance that is not positive
/// definite.
Gmm gaussian_mixture(const DenseMatrix& x, const GmmOptions& options);

}  // namespace mixvae::cluster
