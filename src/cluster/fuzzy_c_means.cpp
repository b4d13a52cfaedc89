#include "cluster/fuzzy_c_means.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/philox.hpp"
#include "cluster/eigen.hpp"
#include "cluster/labels.hpp"

namespace mixvae::cluster {
namespace {

constexpr Index kSummedCells = 512;  // cells whose sums are added up together, whatever the threads

struct BlockSums {
  Eigen::MatrixXd centres;  // [K,d] sum of u^m x
  Eigen::VectorXd weights;  // [K] sum of u^m
  double objective = 0;
  double change = 0;
};

/// Memberships of one cell from its squared distances [K].
void set_memberships(const Eigen::VectorXd& squared, double fuzzifier, Eigen::VectorXd& u) {
  const double least = squared.minCoeff();
  if (least == 0) {
    u = (squared.array() == 0).cast<double>();
  } else {
    u = (squared.array() / least).pow(-1 / (fuzzifier - 1));
  }
  u /= u.sum();
}

BlockSums update_block(const DenseMatrix& x, const Eigen::MatrixXd& centres, double fuzzifier,
                       Index begin, Index end, RowMatrixD& memberships) {
  const Index clusters = centres.rows();
  BlockSums sums{Eigen::MatrixXd::Zero(clusters, x.columns), Eigen::VectorXd::Zero(clusters)};
  Eigen::VectorXd u(clusters);
  for (Index i = begin; i < end; ++i) {
    const Eigen::RowVectorXd cell = view(x).row(i).cast<double>();
    const Eigen::VectorXd squared = (centres.rowwise() - cell).rowwise().squaredNorm();
    set_memberships(squared, fuzzifier, u);
    sums.change = std::max(sums.change, (memberships.row(i) - u.transpose()).cwiseAbs().maxCoeff());
    memberships.row(i) = u.transpose();
    const Eigen::VectorXd weight = u.array().pow(fuzzifier);
    sums.objective += weight.dot(squared);
    sums.weights += weight;
    sums.centres.noalias() += weight * cell;
  }
  return sums;
}

/// One round: new memberships from the centres, then the sums for new centres.
BlockSums update(const DenseMatrix& x, const Eigen::MatrixXd& centres, double fuzzifier,
                 RowMatrixD& memberships) {
  const Index blocks = (x.rows + kSummedCells - 1) / kSummedCells;
  std::vector<BlockSums> parts(blocks);
  parallel_for(blocks, 1, [&](Index first, Index last) {
    for (Index block = first; block < last; ++block) {
      parts[block] = update_block(x, centres, fuzzifier, block * kSummedCells,
                                  std::min((block + 1) * kSummedCells, x.rows), memberships);
    }
  });
  BlockSums total = std::move(parts[0]);
  for (Index block = 1; block < blocks; ++block) {
    total.centres += parts[block].centres;
    total.weights += parts[block].weights;
    total.objective += parts[block].objective;
    total.change = std::max(total.change, parts[block].change);
  }
  return total;
}

DenseMatrix random_cells(const DenseMatrix& x, Index count, std::uint64_t seed, Index start) {
  PhiloxStream random(seed, Purpose::cluster_start, static_cast<std::uint64_t>(start));
  std::vector<Index> order(x.rows);
  DenseMatrix chosen(count, x.columns);
  for (Index i = 0; i < x.rows; ++i) {
    order[i] = i;
  }
  for (Index k = 0; k < count; ++k) {
    const auto rest = static_cast<std::uint64_t>(x.rows - k);
    std::swap(order[k], order[k + static_cast<Index>(random.integer(rest))]);
    std::ranges::copy(x.row(order[k]), chosen.row(k).begin());
  }
  return chosen;
}

void number_fuzzy_by_size(FuzzyCMeans& result) {
  const auto numbers = numbers_by_size(result.labels, result.centres.rows);
  renumber(result.labels, numbers);
  const DenseMatrix memberships = result.memberships;
  const DenseMatrix centres = result.centres;
  for (Index k = 0; k < centres.rows; ++k) {
    std::ranges::copy(centres.row(k), result.centres.row(numbers[k]).begin());
    view(result.memberships).col(numbers[k]) = view(memberships).col(k);
  }
}

}  // namespace

Options options(FuzzyCMeansOptions& settings) {
  return {{.name = "fuzzifier",
           .target = &settings.fuzzifier,
           .meaning = "how fuzzy the memberships are; near 1 each cell belongs to one cluster",
           .minimum = 1.01,
           .maximum = 100}};
}

FuzzyCMeans fuzzy_c_means_from(const DenseMatrix& x, DenseMatrix centres,
                               const FuzzyCMeansOptions& options) {
  FuzzyCMeans result;
  Eigen::MatrixXd now = view(centres).cast<double>();
  RowMatrixD memberships = RowMatrixD::Zero(x.rows, centres.rows);
  bool moving = true;
  while (moving) {
    const BlockSums sums = update(x, now, options.fuzzifier, memberships);
    ++result.iterations;
    result.objective = sums.objective;
    moving = result.iterations < options.iterations && sums.change > options.tolerance;
    for (Index k = 0; moving && k < now.rows(); ++k) {
      if (sums.weights[k] > 0) {
        now.row(k) = sums.centres.row(k) / sums.weights[k];
      }
    }
  }
  view(centres) = now.cast<float>();
  result.centres = std::move(centres);
  result.memberships = DenseMatrix(x.rows, now.rows());
  view(result.memberships) = memberships.cast<float>();
  result.labels.resize(x.rows);
  for (Index i = 0; i < x.rows; ++i) {
    Index strongest = 0;
    memberships.row(i).maxCoeff(&strongest);
    result.labels[i] = static_cast<std::int32_t>(strongest);
  }
  return result;
}

FuzzyCMeans fuzzy_c_means(const DenseMatrix& x, const FuzzyCMeansOptions& options) {
  require_cluster_count(options.clusters, x.rows);
  require_finite(x);
  if (options.fuzzifier <= 1) {
    throw UsageError(
        {.what = "the fuzzifier must be above 1", .found = std::to_string(options.fuzzifier)});
  }
  FuzzyCMeans best;
  for (Index start = 0; start < options.starts; ++start) {
    FuzzyCMeans found =
        fuzzy_c_means_from(x, random_cells(x, options.clusters, options.seed, start), options);
    if (start == 0 || found.objective < best.objective) {
      best = std::move(found);
    }
  }
  number_fuzzy_by_size(best);
  return best;
}

}  // namespace mixvae::cluster
