#pragma once

#include <cstdint>
#include <vector>

#include "cluster/eigen.hpp"
#include "cluster/gmm.hpp"

namespace mixvae::cluster {

/// One Gaussian: its covariance, and the inverse of its Cholesky factor (full) or of its deviations
/// (diagonal).
struct Component {
  double log_weight = 0;
  Eigen::RowVectorXd mean;
  Eigen::MatrixXd covariance;  // [d,d], or [d,1] for a diagonal
  Eigen::MatrixXd whitening;   // the same shape
  double log_scale = 0;        // log determinant of the whitening
};

/// What the components say about N cells.
struct Posteriors {
  RowMatrixD of_components;       // [N,K]
  Eigen::VectorXd log_densities;  // [N] of the mixture
};

/// Sets whitening and its determinant from the covariance. Throws InputError when that is not
/// positive definite.
void update_whitening(Component& component, Covariance kind);

/// [end - begin] log densities of rows of x under a component, plus its log weight.
Eigen::VectorXd log_joint(const DenseMatrix& x, Index begin, Index end, const Component& component,
                          Covariance kind);

/// The E step: returns the mean log likelihood per cell. Same bits for any number of threads.
double expect(const DenseMatrix& x, const std::vector<Component>& components, Covariance kind,
              Posteriors& posteriors);

/// [N,K] posteriors that put each cell into its cluster.
RowMatrixD one_hot(const std::vector<std::int32_t>& labels, Index clusters);

/// The M step from posteriors [N,K], K = components.size(). Throws as update_whitening does.
void maximise(const DenseMatrix& x, const RowMatrixD& posteriors, const GmmOptions& options,
              std::vector<Component>& components);

/// Copies posteriors [N,K] and components into the result, numbered by falling size.
void write_result(const std::vector<Component>& components, const RowMatrixD& posteriors,
                  Gmm& result);

}  // namespace mixvae::cluster
