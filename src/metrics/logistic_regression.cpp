#include "metrics/logistic_regression.hpp"

#include <cmath>
#include <numeric>

#include <Eigen/Dense>

#include "base/error.hpp"

namespace mixvae::metrics {
namespace {

constexpr int kMostSteps = 50;
constexpr double kSmallStep = 1e-8;
constexpr int kMostHalvings = 20;

using Rows =
    Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;
using Values = Eigen::Map<const Eigen::VectorXd>;

/// ln(1 + exp(x)).
double softplus(double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

double loss(const Rows& x, const Values& y, const Eigen::VectorXd& weights) {
  const Eigen::VectorXd scores = x * weights;
  double sum = weights.squaredNorm() / 2;
  for (Eigen::Index n = 0; n < scores.size(); ++n) {
    sum += softplus(scores[n]) - y[n] * scores[n];
  }
  return sum;
}

Eigen::VectorXd newton_step(const Rows& x, const Values& y, const Eigen::VectorXd& weights) {
  const Eigen::VectorXd expected = (x * weights).unaryExpr([](double s) { return logistic(s); });
  const Eigen::VectorXd gradient = x.transpose() * (expected - y) + weights;
  const Eigen::VectorXd variance = (expected.array() * (1 - expected.array())).matrix();
  Eigen::MatrixXd hessian = x.transpose() * variance.asDiagonal() * x;
  hessian.diagonal().array() += 1;
  return hessian.ldlt().solve(gradient);
}

}  // namespace

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

std::vector<double> logistic_regression(const std::vector<double>& x,
                                        const std::vector<double>& y) {
  if (y.empty() || x.size() % y.size() != 0) {
    throw Bug("logistic regression of " + std::to_string(y.size()) + " outcomes on " +
              std::to_string(x.size()) + " values");
  }
  const auto cells = static_cast<Eigen::Index>(y.size());
  const auto width = static_cast<Eigen::Index>(x.size() / y.size());
  const Rows rows(x.data(), cells, width);
  const Values outcomes(y.data(), cells);
  Eigen::VectorXd weights = Eigen::VectorXd::Zero(width);
  for (int step = 0; step < kMostSteps; ++step) {
    Eigen::VectorXd change = newton_step(rows, outcomes, weights);
    const double before = loss(rows, outcomes, weights);
    for (int h = 0; h < kMostHalvings && loss(rows, outcomes, weights - change) > before; ++h) {
      change /= 2;
    }
    weights -= change;
    if (change.norm() < kSmallStep) {
      break;
    }
  }
  return {weights.begin(), weights.end()};
}

}  // namespace mixvae::metrics
