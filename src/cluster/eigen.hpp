#pragma once

// Eigen with its own threads off: our loops run it inside blocks of fixed size, so that results do
// not depend on the number of threads.
#define EIGEN_DONT_PARALLELIZE
#define EIGEN_MPL2_ONLY

#include <Eigen/Dense>

#include "data/matrix.hpp"

#ifdef EIGEN_HAS_OPENMP
#error \
    "Eigen was included before cluster/eigen.hpp: its products would depend on the number of threads"
#endif

namespace mixvae::cluster {

using RowMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using RowMatrixD = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// A dense matrix as Eigen sees it, without a copy.
inline Eigen::Map<const RowMatrix> view(const DenseMatrix& matrix) {
  return {matrix.values.data(), matrix.rows, matrix.columns};
}
inline Eigen::Map<RowMatrix> view(DenseMatrix& matrix) {
  return {matrix.values.data(), matrix.rows, matrix.columns};
}

}  // namespace mixvae::cluster
