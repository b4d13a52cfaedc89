#include "cluster/spectral.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/philox.hpp"
#include "cluster/eigen.hpp"

namespace mixvae::cluster {
namespace {

constexpr Index kGuard = 6;  // further vectors that speed up the convergence of the wanted ones
constexpr int kDegree = 12;  // of the filter: products with the graph per iteration
constexpr Index kNodeGrain = 512;
constexpr double kLeastCondition = 1e-10;  // reciprocal, of products that Cholesky may factor

/// The graph with weights w_ij / sqrt(d_i d_j), and the square roots of the degrees d.
struct NormalisedGraph {
  CsrMatrix weights;
  Eigen::VectorXd root_degree;
};

NormalisedGraph normalised(const CsrMatrix& graph) {
  NormalisedGraph result{graph, Eigen::VectorXd(graph.rows)};
  for (Index i = 0; i < graph.rows; ++i) {
    const auto values = graph.row(i).values;
    double degree = 0;
    for (const float value : values) {
      degree += value;
    }
    result.root_degree[i] = std::sqrt(degree);
  }
  for (Index i = 0; i < graph.rows; ++i) {
    for (Index e = graph.offsets[i]; e < graph.offsets[i + 1]; ++e) {
      const double scale = result.root_degree[i] * result.root_degree[graph.column_numbers[e]];
      result.weights.values[e] = static_cast<float>(graph.values[e] / scale);
    }
  }
  return result;
}

RowMatrixD multiply(const CsrMatrix& a, const RowMatrixD& v) {
  RowMatrixD product(v.rows(), v.cols());
  parallel_for(a.rows, kNodeGrain, [&](Index begin, Index end) {
    Eigen::RowVectorXd sum(v.cols());
    for (Index i = begin; i < end; ++i) {
      const SparseRow row = a.row(i);
      sum.setZero();
      for (std::size_t e = 0; e < row.values.size(); ++e) {
        sum += static_cast<double>(row.values[e]) * v.row(row.columns[e]);
      }
      product.row(i) = sum;
    }
  });
  return product;
}

/// Damps what belongs to eigenvalues in [-1, cut]: the Chebyshev polynomial of that interval,
/// scaled to 1 at eigenvalue 1.
RowMatrixD filtered(const CsrMatrix& a, const RowMatrixD& v, double cut) {
  const double half = (cut + 1) / 2;
  const double centre = (cut - 1) / 2;
  const double at_one = half / (1 - centre);
  double scale = at_one;
  RowMatrixD before = v;
  RowMatrixD now = (multiply(a, v) - centre * v) * (scale / half);
  for (int degree = 2; degree <= kDegree; ++degree) {
    const double next_scale = 1 / (2 / at_one - scale);
    RowMatrixD next =
        (multiply(a, now) - centre * now) * (2 * next_scale / half) - (scale * next_scale) * before;
    before = std::move(now);
    now = std::move(next);
    scale = next_scale;
  }
  return now;
}

/// An orthonormal basis of the columns: Cholesky factors of their products, twice (Yamamoto,
/// Nakatsukasa, Yanagisawa, Fukaya, ETNA 44, 2015), or Householder's where these are no longer
/// definite.
RowMatrixD cholesky_basis(const RowMatrixD& v) {
  const Eigen::VectorXd lengths = v.colwise().norm();
  RowMatrixD basis = v * lengths.cwiseInverse().asDiagonal();
  for (int pass = 0; pass < 2; ++pass) {
    const Eigen::MatrixXd products = basis.transpose() * basis;
    const Eigen::LLT<Eigen::MatrixXd> factor(products);
    if (factor.info() != Eigen::Success || !(factor.rcond() >= kLeastCondition)) {
      const Eigen::HouseholderQR<Eigen::MatrixXd> reflections(v);
      return reflections.householderQ() * Eigen::MatrixXd::Identity(v.rows(), v.cols());
    }
    factor.matrixU().solveInPlace<Eigen::OnTheRight>(basis);
  }
  return basis;
}

RowMatrixD start_vectors(const NormalisedGraph& graph, Index count, std::uint64_t seed) {
  PhiloxStream random(seed, Purpose::cluster_start);
  RowMatrixD v(graph.weights.rows, count);
  for (Index i = 0; i < v.rows(); ++i) {
    for (Index j = 0; j < count; ++j) {
      v(i, j) = random.normal();
    }
  }
  v.col(0) = graph.root_degree;
  return cholesky_basis(v);
}

/// Turns an orthonormal basis into approximate eigenvectors by falling eigenvalue; returns the
/// eigenvalues and, of the first `wanted` vectors, the largest residual (NaN if one is).
std::pair<Eigen::VectorXd, double> rayleigh_ritz(const CsrMatrix& a, Index wanted, RowMatrixD& v) {
  RowMatrixD product = multiply(a, v);
  const Eigen::MatrixXd projected = v.transpose() * product;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solved(projected);
  const Eigen::MatrixXd rotation = solved.eigenvectors().rowwise().reverse();
  const Eigen::VectorXd values = solved.eigenvalues().reverse();
  v = (v * rotation).eval();
  product = (product * rotation).eval();
  const RowMatrixD rest = (product - v * values.asDiagonal()).leftCols(wanted);
  return {values, rest.colwise().norm().maxCoeff<Eigen::PropagateNaN>()};
}

DenseMatrix signed_columns(const RowMatrixD& v, Index first, Index count) {
  DenseMatrix result(v.rows(), count);
  for (Index j = 0; j < count; ++j) {
    Index largest = 0;
    v.col(first + j).cwiseAbs().maxCoeff(&largest);
    const double sign = v(largest, first + j) < 0 ? -1 : 1;
    view(result).col(j) = (sign * v.col(first + j)).cast<float>();
  }
  return result;
}

}  // namespace

std::vector<std::int32_t> connected_components(const CsrMatrix& graph) {
  std::vector<std::int32_t> component(graph.rows, -1);
  std::vector<Index> open;
  std::int32_t count = 0;
  for (Index start = 0; start < graph.rows; ++start) {
    if (component[start] >= 0) {
      continue;
    }
    component[start] = count;
    open.push_back(start);
    while (!open.empty()) {
      const Index node = open.back();
      open.pop_back();
      for (const std::int32_t next : graph.row(node).columns) {
        if (component[next] < 0) {
          component[next] = count;
          open.push_back(next);
        }
      }
    }
    ++count;
  }
  return component;
}

std::optional<DenseMatrix> spectral_embedding(const CsrMatrix& graph,
                                              const SpectralOptions& options) {
  const Index wanted = options.components + 1;
  MIXVAE_ASSERT(wanted <= graph.rows, "more eigenvectors than nodes");
  const NormalisedGraph prepared = normalised(graph);
  const Index count = std::min(wanted + kGuard, graph.rows);
  RowMatrixD v = start_vectors(prepared, count, options.seed);
  double cut = 0.5;
  for (int iteration = 0; iteration < options.iterations; ++iteration) {
    v = cholesky_basis(filtered(prepared.weights, v, cut));
    const auto [values, residual] = rayleigh_ritz(prepared.weights, wanted, v);
    if (residual < options.tolerance) {
      return signed_columns(v, 1, options.components);
    }
    cut = std::clamp(values[count - 1], 0.0, 0.999);
  }
  return std::nullopt;
}

}  // namespace mixvae::cluster
