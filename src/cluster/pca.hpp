#pragma once

#include <cstdint>
#include <vector>

#include "data/matrix.hpp"

namespace mixvae::cluster {

struct PcaOptions {
  Index components = 50;  // k, 1 <= k <= min(N, D)
  int iterations = 5;     // of the Krylov space; each adds k + 10 directions and a pass
  std::uint64_t seed = 0;
};

struct Pca {
  DenseMatrix scores;       // [N,k], centred, columns uncorrelated, by falling variance
  DenseMatrix components;   // [k,D], orthonormal rows; the entry largest in size is positive
  std::vector<float> mean;  // [D]
  std::vector<double> explained_variance;  // [k], with divisor N - 1
  double total_variance = 0;               // sum over all D columns, same divisor
};

/// The k leading principal components of a matrix [N,D], dense or sparse; columns are centred, not
/// scaled. Randomised block Krylov method (Musco and Musco, NIPS 2015): the covariance is applied
/// iterations + 1 times, one pass over the data each, to k + 10 directions; the centring
/// is carried through the products so that sparse input stays sparse. Exact where the Krylov space
/// fills all D columns or the data's rank. Single precision: components with a standard deviation
/// below about 1e-3 of the first are noise. Same bits for any number of threads.
/// Throws UsageError when k is out of range, InputError for fewer than two rows.
Pca pca(const Matrix& x, const PcaOptions& options);

/// Scores [M,k] of other rows [M,D] on the components of a fitted PCA. Throws Bug when D differs.
DenseMatrix project(const Matrix& x, const Pca& fitted);

}  // namespace mixvae::cluster
