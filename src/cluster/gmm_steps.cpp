#include "cluster/gmm_steps.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "cluster/labels.hpp"

namespace mixvae::cluster {
namespace {

constexpr Index kMixtureBlock = 128;
constexpr double kNegligible = 1e-10;  // posteriors below are left out of a component's covariance

Eigen::MatrixXd centred_rows(const DenseMatrix& x, Index begin, Index end,
                             const Eigen::RowVectorXd& mean) {
  return view(x).middleRows(begin, end - begin).cast<double>().rowwise() - mean;
}

/// Turns rows of log joint densities into posteriors and the rows' log densities.
void normalise_rows(Eigen::MatrixXd& joint, Eigen::Ref<Eigen::VectorXd> log_densities) {
  for (Index i = 0; i < joint.rows(); ++i) {
    const double largest = joint.row(i).maxCoeff();
    joint.row(i) = (joint.row(i).array() - largest).exp();
    const double scale = joint.row(i).sum();
    joint.row(i) /= scale;
    log_densities[i] = largest + std::log(scale);
  }
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

std::vector<std::int32_t> most_probable_components(const RowMatrixD& posteriors) {
  std::vector<std::int32_t> labels(posteriors.rows());
  for (Index i = 0; i < posteriors.rows(); ++i) {
    Index best = 0;
    posteriors.row(i).maxCoeff(&best);
    labels[i] = static_cast<std::int32_t>(best);
  }
  return labels;
}

}  // namespace

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

double expect(const DenseMatrix& x, const std::vector<Component>& components, Covariance kind,
              Posteriors& posteriors) {
  const Index blocks = (x.rows + kMixtureBlock - 1) / kMixtureBlock;
  std::vector<double> sums(blocks);
  posteriors.of_components.resize(x.rows, static_cast<Index>(components.size()));
  posteriors.log_densities.resize(x.rows);
  parallel_for(blocks, 1, [&](Index first, Index last) {
    for (Index block = first; block < last; ++block) {
      const Index begin = block * kMixtureBlock;
      const Index end = std::min(begin + kMixtureBlock, x.rows);
      Eigen::MatrixXd joint(end - begin, posteriors.of_components.cols());
      for (Index k = 0; k < joint.cols(); ++k) {
        joint.col(k) = log_joint(x, begin, end, components[k], kind);
      }
      auto log_densities = posteriors.log_densities.segment(begin, end - begin);
      normalise_rows(joint, log_densities);
      sums[block] = log_densities.sum();
      posteriors.of_components.middleRows(begin, end - begin) = joint;
    }
  });
  double total = 0;
  for (const double sum : sums) {
    total += sum;
  }
  return total / static_cast<double>(x.rows);
}

RowMatrixD one_hot(const std::vector<std::int32_t>& labels, Index clusters) {
  RowMatrixD posteriors = RowMatrixD::Zero(static_cast<Index>(labels.size()), clusters);
  for (Index i = 0; i < posteriors.rows(); ++i) {
    posteriors(i, labels[i]) = 1;
  }
  return posteriors;
}

void maximise(const DenseMatrix& x, const RowMatrixD& posteriors, const GmmOptions& options,
              std::vector<Component>& components) {
  parallel_for(static_cast<Index>(components.size()), 1, [&](Index begin, Index end) {
    for (Index k = begin; k < end; ++k) {
      components[k] = fit_component(x, posteriors, k, options);
    }
  });
}

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

}  // namespace mixvae::cluster
