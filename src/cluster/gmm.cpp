#include "cluster/gmm.hpp"

#include <algorithm>
#include <limits>

#include "cluster/gmm_steps.hpp"
#include "cluster/kmeans.hpp"
#include "cluster/labels.hpp"

namespace mixvae::cluster {
namespace {

RowMatrixD start_posteriors(const DenseMatrix& x, const GmmOptions& options) {
  const Kmeans start =
      kmeans(x, {.clusters = options.components, .starts = options.starts, .seed = options.seed});
  return one_hot(start.labels, options.components);
}

}  // namespace

Gmm gaussian_mixture(const DenseMatrix& x, const GmmOptions& options) {
  require_cluster_count(options.components, x.rows);
  require_finite(x);
  Posteriors posteriors{start_posteriors(x, options), {}};
  std::vector<Component> components(options.components);
  Gmm result;
  result.log_likelihood = -std::numeric_limits<double>::infinity();
  while (result.iterations < std::max(options.iterations, 1) && !result.converged) {
    maximise(x, posteriors.of_components, options, components);
    const double likelihood = expect(x, components, options.covariance, posteriors);
    result.converged = likelihood - result.log_likelihood < options.tolerance;
    result.log_likelihood = likelihood;
    ++result.iterations;
  }
  write_result(components, posteriors.of_components, result);
  return result;
}

}  // namespace mixvae::cluster
