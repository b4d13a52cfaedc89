#include "cluster/pca.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/philox.hpp"
#include "cluster/eigen.hpp"

namespace mixvae::cluster {
namespace {

constexpr Index kOversampling = 10;  // directions beside the components asked for
constexpr Index kProductRows = 256;  // rows per product
constexpr Index kRowParts =
    16;  // row ranges with a partial sum of their own: fixed, whatever the threads

void require_pca_sizes(const Matrix& x, Index components) {
  const Index rows = row_count(x);
  const Index columns = column_count(x);
  if (rows < 2) {
    throw InputError({.what = "principal components need at least two cells",
                      .found = std::to_string(rows) + " cells",
                      .expected = "2 cells or more"});
  }
  if (components < 1 || components > std::min(rows, columns)) {
    throw UsageError({.what = "wrong number of principal components",
                      .found = std::to_string(components),
                      .expected = "1 to " + std::to_string(std::min(rows, columns)) + ", for " +
                                  std::to_string(rows) + " cells and " + std::to_string(columns) +
                                  " features"});
  }
}

/// Runs body(part, begin, end) over fixed row ranges.
template <class Body>
void for_each_part(Index rows, Body&& body) {
  parallel_for(kRowParts, 1, [&](Index first, Index last) {
    for (Index part = first; part < last; ++part) {
      body(part, rows * part / kRowParts, rows * (part + 1) / kRowParts);
    }
  });
}

struct Moments {
  Eigen::VectorXd mean;
  double total_variance = 0;
};

Moments column_moments(const Matrix& x) {
  const Index rows = row_count(x);
  const Index columns = column_count(x);
  std::vector<Eigen::VectorXd> sums(kRowParts, Eigen::VectorXd::Zero(columns));
  for_each_part(rows, [&](Index part, Index begin, Index end) {
    for (Index r = begin; r < end; ++r) {
      for_each_value(x, r, [&](Index c, float value) { sums[part][c] += value; });
    }
  });
  Moments moments{Eigen::VectorXd::Zero(columns), 0};
  for (const Eigen::VectorXd& sum : sums) {
    moments.mean += sum / static_cast<double>(rows);
  }
  std::vector<double> squares(kRowParts);
  for_each_part(rows, [&](Index part, Index begin, Index end) {
    const double origin = moments.mean.squaredNorm();
    for (Index r = begin; r < end; ++r) {
      double square = origin;
      for_each_value(x, r, [&](Index c, float value) {
        const double centred = value - moments.mean[c];
        square += centred * centred - moments.mean[c] * moments.mean[c];
      });
      squares[part] += square;
    }
  });
  for (const double square : squares) {
    moments.total_variance += square / static_cast<double>(rows - 1);
  }
  return moments;
}

/// y[begin, end) = x[begin, end) basis - shift, with a basis [D,l].
void multiply_rows(const Matrix& x, Index begin, Index end, const RowMatrix& basis,
                   const Eigen::RowVectorXf& shift, Eigen::Ref<RowMatrix> y) {
  if (const auto* dense = std::get_if<DenseMatrix>(&x)) {
    y.noalias() = view(*dense).middleRows(begin, end - begin) * basis;
    y.rowwise() -= shift;
    return;
  }
  const auto& sparse = std::get<CsrMatrix>(x);
  for (Index r = begin; r < end; ++r) {
    const SparseRow row = sparse.row(r);
    auto target = y.row(r - begin);
    target = -shift;
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      target += row.values[i] * basis.row(row.columns[i]);
    }
  }
}

/// z += x[begin, end)' y.
void add_transposed_product(const Matrix& x, Index begin, Index end,
                            const Eigen::Ref<const RowMatrix>& y, RowMatrix& z) {
  if (const auto* dense = std::get_if<DenseMatrix>(&x)) {
    z.noalias() += view(*dense).middleRows(begin, end - begin).transpose() * y;
    return;
  }
  const auto& sparse = std::get<CsrMatrix>(x);
  for (Index r = begin; r < end; ++r) {
    const SparseRow row = sparse.row(r);
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      z.row(row.columns[i]) += row.values[i] * y.row(r - begin);
    }
  }
}

/// (X - 1 mean')' (X - 1 mean') basis, in one pass over X.
RowMatrix multiply_covariance(const Matrix& x, const Moments& moments, const RowMatrix& basis) {
  const Eigen::RowVectorXf shift =
      (moments.mean.transpose() * basis.cast<double>()).template cast<float>();
  std::vector<RowMatrix> products(kRowParts, RowMatrix::Zero(basis.rows(), basis.cols()));
  std::vector<Eigen::RowVectorXd> sums(kRowParts, Eigen::RowVectorXd::Zero(basis.cols()));
  for_each_part(row_count(x), [&](Index part, Index begin, Index end) {
    RowMatrix y(kProductRows, basis.cols());
    for (Index r = begin; r < end; r += kProductRows) {
      const Index count = std::min(kProductRows, end - r);
      multiply_rows(x, r, r + count, basis, shift, y.topRows(count));
      add_transposed_product(x, r, r + count, y.topRows(count), products[part]);
      sums[part] += y.topRows(count).cast<double>().colwise().sum();
    }
  });
  for (Index part = 1; part < kRowParts; ++part) {
    products[0] += products[part];
    sums[0] += sums[part];
  }
  products[0] -= (moments.mean * sums[0]).cast<float>();
  return products[0];
}

RowMatrix householder_basis(const RowMatrix& matrix) {
  const Eigen::HouseholderQR<Eigen::MatrixXf> qr(matrix);
  return qr.householderQ() * Eigen::MatrixXf::Identity(matrix.rows(), matrix.cols());
}

RowMatrix random_basis(Index rows, Index columns, std::uint64_t seed) {
  const Philox random(seed, Purpose::cluster_start);
  RowMatrix basis(rows, columns);
  for (Index i = 0; i < basis.size(); ++i) {
    basis.data()[i] = random.normal(static_cast<std::uint64_t>(i));
  }
  return basis;
}

/// An orthonormal basis [D,l] of what a block [D,l] adds to a basis [D,m] so far.
RowMatrix orthonormal_beyond(const Eigen::Ref<const RowMatrix>& basis, RowMatrix block) {
  for (int pass = 0; pass < 3; ++pass) {
    const RowMatrix inside = basis.transpose() * block;
    block.noalias() -= basis * inside;
    block = householder_basis(block);
  }
  return block;
}

/// The k leading directions [D,k] within the Krylov space of the covariance over a random block
/// (Rayleigh-Ritz).
RowMatrix krylov_directions(const Matrix& x, const Moments& moments, const PcaOptions& options) {
  const Index columns = column_count(x);
  const Index width = std::min(options.components + kOversampling, columns);
  const Index filled = std::min(columns, width * (options.iterations + 1));
  RowMatrix basis(columns, filled);
  RowMatrix products(columns, filled);
  RowMatrix block = householder_basis(random_basis(columns, width, options.seed));
  for (Index begin = 0; begin < filled; begin += block.cols()) {
    if (begin > 0) {
      const Index next = std::min(width, filled - begin);
      block = orthonormal_beyond(basis.leftCols(begin), products.middleCols(begin - width, next));
    }
    basis.middleCols(begin, block.cols()) = block;
    products.middleCols(begin, block.cols()) = multiply_covariance(x, moments, block);
  }
  const Eigen::MatrixXd projected = basis.cast<double>().transpose() * products.cast<double>();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(0.5 *
                                                              (projected + projected.transpose()));
  const Eigen::MatrixXf leading =
      solver.eigenvectors().rightCols(options.components).rowwise().reverse().cast<float>();
  return householder_basis(basis * leading);
}

DenseMatrix centred_product(const Matrix& x, const Eigen::VectorXd& mean, const RowMatrix& basis) {
  const Eigen::RowVectorXf shift = (mean.transpose() * basis.cast<double>()).template cast<float>();
  DenseMatrix out(row_count(x), basis.cols());
  const Index blocks = (out.rows + kProductRows - 1) / kProductRows;
  parallel_for(blocks, 1, [&](Index first, Index last) {
    for (Index block = first; block < last; ++block) {
      const Index begin = block * kProductRows;
      const Index end = std::min(begin + kProductRows, out.rows);
      multiply_rows(x, begin, end, basis, shift, view(out).middleRows(begin, end - begin));
    }
  });
  return out;
}

/// Turns each column so that its entry largest in size is positive.
void fix_signs(RowMatrix& directions) {
  for (Index j = 0; j < directions.cols(); ++j) {
    Index largest = 0;
    directions.col(j).cwiseAbs().maxCoeff(&largest);
    if (directions(largest, j) < 0) {
      directions.col(j) = -directions.col(j);
    }
  }
}

}  // namespace

Pca pca(const Matrix& x, const PcaOptions& options) {
  require_pca_sizes(x, options.components);
  const Moments moments = column_moments(x);
  RowMatrix directions = krylov_directions(x, moments, options);
  fix_signs(directions);
  Pca result;
  result.scores = centred_product(x, moments.mean, directions);
  result.components = DenseMatrix(options.components, column_count(x));
  view(result.components) = directions.transpose();
  result.mean.assign(moments.mean.begin(), moments.mean.end());
  for (Index j = 0; j < options.components; ++j) {
    result.explained_variance.push_back(view(result.scores).col(j).cast<double>().squaredNorm() /
                                        static_cast<double>(row_count(x) - 1));
  }
  result.total_variance = moments.total_variance;
  return result;
}

DenseMatrix project(const Matrix& x, const Pca& fitted) {
  MIXVAE_ASSERT(column_count(x) == fitted.components.columns, "projection of other features");
  const Eigen::VectorXd mean =
      Eigen::Map<const Eigen::VectorXf>(fitted.mean.data(), fitted.components.columns)
          .cast<double>();
  return centred_product(x, mean, view(fitted.components).transpose());
}

}  // namespace mixvae::cluster
