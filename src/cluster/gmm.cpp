#include "cluster/gmm.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "cluster/eigen.hpp"
#include "cluster/kmeans.hpp"
#include "cluster/labels.hpp"

namespace mixvae::cluster {
namespace {

constexpr Index kBlock = 128;
constexpr double kNegligible = 1e-10;  // posteriors below are left out of a component's covariance

/// One Gaussian: its covariance, and the inverse of its Cholesky factor (full) or of its deviations
/// (diagonal).
struct Component {
  double log_weight = 0;
  Eigen::RowVectorXd mean;
  Eigen::MatrixXd covariance;  // [d,d], or [d,1] for a diagonal
  Eigen::MatrixXd whitening;   // the same shape
  double log_scale = 0;        // log determinant of the whitening
};

Eigen::MatrixXd centred_rows(const DenseMatrix& x, Index begin, Index end,
                             const Eigen::RowVectorXd& mean) {
  return view(x).middleRows(begin, end - begin).cast<double>().rowwise() - mean;
}

void update_whitening(Component& component, Covariance kind) {
  if (kind == Covariance::diagonal) {
    component.whitening = component.covariance.cwiseSqrt().cwiseInverse();
    component.log_scale = component.whitening.array().log().sum();
    return;
  }
  const Eigen::LLT<Eigen::MatrixXd> factor(component.covariance);
  if (factor.info() != Eigen::Success) {
    throw InputError({.what = "the covariance of a mixture component is not positive definite",
                      .hint = "use fewer components or dimensions, diagonal covariances, or more "
                              "regularisation"});
  }
  const Index d = component.covariance.rows();
  component.whitening = factor.matrixL().solve(Eigen::MatrixXd::Identity(d, d));
  component.log_scale = component.whitening.diagonal().array().log().sum();
}

/// Log density of each row of a block, plus the component's log weight.
Eigen::VectorXd log_joint(const DenseMatrix& x, Index begin, Index end, const Component& component,
                          Covariance kind) {
  const Eigen::MatrixXd centred = centred_rows(x, begin, end, component.mean);
  Eigen::VectorXd squares;
  if (kind == Covariance::diagonal) {
    squares = (centred * component.whitening.col(0).asDiagonal()).rowwise().squaredNorm();
  } else {
    const Eigen::MatrixXd white =
        component.whitening.triangularView<Eigen::Lower>() * centred.transpose();
    squares = white.colwise().squaredNorm().transpose();
  }
  const double constant = component.log_weight + component.log_scale -
                          0.5 * static_cast<double>(x.columns) * std::log(2 * std::numbers::pi);
  return (-0.5 * squares).array() + constant;
}

/// Turns rows of log joint densities into posteriors; returns the sum of the rows' log densities.
double normalise_rows(Eigen::MatrixXd& joint) {
  double sum = 0;
  for (Index i = 0; i < joint.rows(); ++i) {
    const double largest = joint.row(i).maxCoeff();
    joint.row(i) = (joint.row(i).array() - largest).exp();
    const double scale = joint.row(i).sum();
    joint.row(i) /= scale;
    sum += largest + std::log(scale);
  }
  return sum;
}

/// Posteriors [N,K] of the components; returns the mean log likelihood per cell.
double expect(const DenseMatrix& x, const std::vector<Component>& components, Covariance kind,
              RowMatrixD& posteriors) {
  const Index blocks = (x.rows + kBlock - 1) / kBlock;
  std::vector<double> sums(blocks);
  parallel_for(blocks, 1, [&](Index first, Index last) {
    for (Index block = first; block < last; ++block) {
      const Index begin = block * kBlock;
      const Index end = std::min(begin + kBlock, x.rows);
      Eigen::MatrixXd joint(end - begin, posteriors.cols());
      for (Index k = 0; k < joint.cols(); ++k) {
        joint.col(k) = log_joint(x, begin, end, components[k], kind);
      }
      sums[block] = normalise_rows(joint);
      posteriors.middleRows(begin, end - begin) = joint;
    }
  });
  double total = 0;
  for (const double sum : sums) {
    total += sum;
  }
  return total / static_cast<double>(x.rows);
}

/// The cells that count for a component, with their posteriors.
struct WeightedCells {
  Eigen::MatrixXd rows;     // [n,d]
  Eigen::VectorXd weights;  // [n]
};

WeightedCells cells_of(const DenseMatrix& x, const RowMatrixD& posteriors, Index k) {
  std::vector<Index> cells;
  for (Index i = 0; i < x.rows; ++i) {
    if (posteriors(i, k) > kNegligible) {
      cells.push_back(i);
    }
  }
  WeightedCells found{Eigen::MatrixXd(cells.size(), x.columns), Eigen::VectorXd(cells.size())};
  for (std::size_t n = 0; n < cells.size(); ++n) {
    const auto at = static_cast<Index>(n);
    found.rows.row(at) = view(x).row(cells[n]).cast<double>();
    found.weights[at] = posteriors(cells[n], k);
  }
  return found;
}

Component fit_component(const DenseMatrix& x, const RowMatrixD& posteriors, Index k,
                        const GmmOptions& options) {
  WeightedCells cells = cells_of(x, posteriors, k);
  const double size = cells.weights.sum() + std::numeric_limits<double>::epsilon();
  Component component;
  component.log_weight = std::log(size / static_cast<double>(x.rows));
  component.mean = cells.weights.transpose() * cells.rows / size;
  cells.rows.rowwise() -= component.mean;
  const Eigen::MatrixXd scaled = (cells.weights / size).cwiseSqrt().asDiagonal() * cells.rows;
  if (options.covariance == Covariance::diagonal) {
    component.covariance = scaled.colwise().squaredNorm().transpose();
    component.covariance.array() += options.regularisation;
  } else {
    component.covariance = scaled.transpose() * scaled;
    component.covariance.diagonal().array() += options.regularisation;
  }
  update_whitening(component, options.covariance);
  return component;
}

void maximise(const DenseMatrix& x, const RowMatrixD& posteriors, const GmmOptions& options,
              std::vector<Component>& components) {
  parallel_for(options.components, 1, [&](Index begin, Index end) {
    for (Index k = begin; k < end; ++k) {
      components[k] = fit_component(x, posteriors, k, options);
    }
  });
}

RowMatrixD start_posteriors(const DenseMatrix& x, const GmmOptions& options) {
  const Kmeans start =
      kmeans(x, {.clusters = options.components, .starts = options.starts, .seed = options.seed});
  RowMatrixD posteriors = RowMatrixD::Zero(x.rows, options.components);
  for (Index i = 0; i < x.rows; ++i) {
    posteriors(i, start.labels[i]) = 1;
  }
  return posteriors;
}

std::vector<std::int32_t> most_probable_components(const RowMatrixD& posteriors) {
  std::vector<std::int32_t> labels(posteriors.rows());
  for (Index i = 0; i < posteriors.rows(); ++i) {
    Index best = 0;
    posteriors.row(i).maxCoeff(&best);
    labels[i] = static_cast<std::int32_t>(best);
  }
  return labels;
}

/// Copies posteriors and components into the result, numbered by falling size.
void write_result(const std::vector<Component>& components, const RowMatrixD& posteriors,
                  Gmm& result) {
  const Index count = posteriors.cols();
  result.labels = most_probable_components(posteriors);
  const auto numbers = numbers_by_size(result.labels, count);
  renumber(result.labels, numbers);
  const Index d = components[0].mean.size();
  const Index shape = components[0].covariance.size();
  result.posteriors = DenseMatrix(posteriors.rows(), count);
  result.means = DenseMatrix(count, d);
  result.weights.resize(count);
  result.covariances.resize(count * shape);
  for (Index k = 0; k < count; ++k) {
    const Component& component = components[k];
    view(result.posteriors).col(numbers[k]) = posteriors.col(k).cast<float>();
    view(result.means).row(numbers[k]) = component.mean.cast<float>();
    result.weights[numbers[k]] = std::exp(component.log_weight);
    std::copy_n(component.covariance.data(), shape,
                result.covariances.begin() + numbers[k] * shape);
  }
}

}  // namespace

Gmm gaussian_mixture(const DenseMatrix& x, const GmmOptions& options) {
  require_cluster_count(options.components, x.rows);
  require_finite(x);
  RowMatrixD posteriors = start_posteriors(x, options);
  std::vector<Component> components(options.components);
  Gmm result;
  result.log_likelihood = -std::numeric_limits<double>::infinity();
  while (result.iterations < std::max(options.iterations, 1) && !result.converged) {
    maximise(x, posteriors, options, components);
    const double likelihood = expect(x, components, options.covariance, posteriors);
    result.converged = likelihood - result.log_likelihood < options.tolerance;
    result.log_likelihood = likelihood;
    ++result.iterations;
  }
  write_result(components, posteriors, result);
  return result;
}

}  // namespace mixvae::cluster
