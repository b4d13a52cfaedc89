#include "cluster/batch_correction.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/parallel.hpp"
#include "base/random_order.hpp"
#include "cluster/eigen.hpp"
#include "cluster/kmeans.hpp"

namespace mixvae::cluster {
namespace {

constexpr Index kCellsOfACluster = 30;
constexpr Index kMostClusters = 100;
constexpr int kPassesOfARound = 4;  // over all cells, each in blocks
constexpr Index kBlocksOfAPass = 20;
constexpr Index kGrain = 256;
constexpr int kRoundsOfAFurtherBatch = 5;
/// Rounds end when no coordinate moved by more than this share of the root mean square of all.
constexpr double kSmallMove = 1e-3;
/// Clusters that are less mixed hold batches so far apart that no cluster reaches from one to
/// another: then all begins again with the mean of each batch taken away.
constexpr double kLeastMixing = 0.1;

RowMatrix unit_rows(const RowMatrix& x) {
  RowMatrix unit = x;
  for (Index n = 0; n < unit.rows(); ++n) {
    const float length = unit.row(n).norm();
    if (length > 0) {
      unit.row(n) /= length;
    }
  }
  return unit;
}

/// exp(-2 (1 - cos) / sigma) of a cell's directions to all clusters, of which the largest is 1.
Eigen::RowVectorXd nearness(const Eigen::RowVectorXf& cosines, double width) {
  const Eigen::RowVectorXd cosine = cosines.cast<double>();
  return ((cosine.array() - cosine.maxCoeff()) * (2 / width)).exp();
}

/// Learns one correction.
class Harmony {
 public:
  Harmony(const DenseMatrix& x, std::span<const std::int32_t> batches,
          const BatchCorrectionOptions& options)
      : x_(view(x)),
        batches_(batches),
        options_(options),
        count_(1 + *std::ranges::max_element(batches)),
        sizes_(Eigen::VectorXd::Zero(count_)),
        corrected_(x_) {
    for (const std::int32_t batch : batches) {
      MIXVAE_ASSERT(batch >= 0, "every cell has a batch");
      sizes_[batch] += 1;
    }
    MIXVAE_ASSERT((sizes_.array() > 0).all(), "every batch has cells");
    clusters_ = options.clusters > 0
                    ? options.clusters
                    : std::clamp<Index>(x.rows / kCellsOfACluster, 1, kMostClusters);
  }

  BatchCorrection run() {
    improve();
    if (mixing() < kLeastMixing) {
      corrected_ = without_means();
      improve();
    }
    BatchCorrection found{DenseMatrix(clusters_, x_.cols()),
                          DenseMatrix(count_ * clusters_, x_.cols()),
                          static_cast<float>(options_.width)};
    view(found.centres) = intercepts_;
    view(found.shifts) = shifts_;
    return found;
  }

 private:
  /// Clusters and corrections by turns, from the coordinates as they are.
  void improve() {
    begin();
    for (int round = 0; round < options_.rounds; ++round) {
      cluster(round);
      if (correct() < kSmallMove) {
        break;
      }
    }
  }

  /// Entropy of the batches in the clusters, over that of the batches in all cells: 0 where every
  /// cluster is of one batch.
  double mixing() const {
    const auto entropy = [](const Eigen::VectorXd& members) {
      const Eigen::ArrayXd share = members.array().max(1e-12) / members.array().max(1e-12).sum();
      return -(share * share.log()).sum();
    };
    double sum = 0;
    for (Index k = 0; k < clusters_; ++k) {
      sum += observed_.col(k).sum() * entropy(observed_.col(k));
    }
    return sum / sizes_.sum() / entropy(sizes_);
  }

  /// The coordinates less the mean of each batch.
  RowMatrix without_means() const {
    RowMatrixD means = RowMatrixD::Zero(count_, x_.cols());
    for (Index n = 0; n < x_.rows(); ++n) {
      means.row(batches_[at(n)]) += x_.row(n).cast<double>() / sizes_[batches_[at(n)]];
    }
    RowMatrix centred = x_;
    for (Index n = 0; n < x_.rows(); ++n) {
      centred.row(n) -= means.row(batches_[at(n)]).cast<float>();
    }
    return centred;
  }

  void begin() {
    const RowMatrix unit = unit_rows(corrected_);
    DenseMatrix rows(unit.rows(), unit.cols());
    view(rows) = unit;
    const Kmeans found =
        kmeans(rows, {.clusters = clusters_, .starts = 1, .iterations = 25, .seed = options_.seed});
    directions_ = unit_rows(view(found.centres));
    shares_ = RowMatrixD::Zero(x_.rows(), clusters_);
    parallel_for(x_.rows(), kGrain, [&](Index begin, Index end) {
      for (Index n = begin; n < end; ++n) {
        const Eigen::RowVectorXd near =
            nearness(unit.row(n) * directions_.transpose(), options_.width);
        shares_.row(n) = near / near.sum();
      }
    });
    count_members();
  }

  /// Cells of each batch in each cluster: observed O [J, K].
  void count_members() {
    observed_ = RowMatrixD::Zero(count_, clusters_);
    for (Index n = 0; n < x_.rows(); ++n) {
      observed_.row(batches_[at(n)]) += shares_.row(n);
    }
  }

  /// Shares of the clusters follow directions and batches, block by block of all cells in random
  /// order, and directions the shares.
  void cluster(int round) {
    const RowMatrix unit = unit_rows(corrected_);
    for (int pass = 0; pass < kPassesOfARound; ++pass) {
      directions_ = unit_rows((shares_.transpose() * unit.cast<double>()).cast<float>());
      const std::vector<Index> order = random_order(
          x_.rows(), Philox(options_.seed, Purpose::subsample,
                            static_cast<std::uint64_t>(round * kPassesOfARound + pass)));
      const Index block = (x_.rows() + kBlocksOfAPass - 1) / kBlocksOfAPass;
      for (Index first = 0; first < x_.rows(); first += block) {
        share_anew(unit,
                   std::span(order).subspan(at(first), at(std::min(block, x_.rows() - first))));
      }
      count_members();
    }
  }

  /// With all other cells' members: near clusters that lack the cell's batch get more.
  void share_anew(const RowMatrix& unit, std::span<const Index> cells) {
    for (const Index n : cells) {
      observed_.row(batches_[at(n)]) -= shares_.row(n);
    }
    const RowMatrixD favour = favours();
    parallel_for(std::ssize(cells), kGrain, [&](Index begin, Index end) {
      for (Index i = begin; i < end; ++i) {
        const Index n = cells[at(i)];
        const Eigen::RowVectorXd near =
            nearness(unit.row(n) * directions_.transpose(), options_.width)
                .cwiseProduct(favour.row(batches_[at(n)]));
        shares_.row(n) = near / near.sum();
      }
    });
    for (const Index n : cells) {
      observed_.row(batches_[at(n)]) += shares_.row(n);
    }
  }

  /// ((E + 1) / (O + 1))^theta [J, K], E the members that each batch would have by its size.
  RowMatrixD favours() const {
    const Eigen::RowVectorXd members = observed_.colwise().sum();
    const RowMatrixD expected = sizes_ / sizes_.sum() * members;
    return ((expected.array() + 1) / (observed_.array().max(0.0) + 1)).pow(options_.diversity);
  }

  /// Ridge regression of the cells on their batches in each cluster, without penalty of the
  /// intercept; how far coordinates moved, as a share of their root mean square.
  double correct() {
    intercepts_ = RowMatrix::Zero(clusters_, x_.cols());
    shifts_ = RowMatrix::Zero(count_ * clusters_, x_.cols());
    parallel_tasks(clusters_, [this](Index k) { regress(k); });
    const RowMatrix before = corrected_;
    parallel_for(x_.rows(), kGrain, [&](Index begin, Index end) {
      for (Index n = begin; n < end; ++n) {
        corrected_.row(n) =
            x_.row(n) - shares_.row(n).cast<float>() *
                            shifts_.middleRows(batches_[at(n)] * clusters_, clusters_);
      }
    });
    const double scale =
        std::sqrt(x_.cast<double>().squaredNorm() / static_cast<double>(x_.size()));
    return static_cast<double>((corrected_ - before).cwiseAbs().maxCoeff()) /
           std::max(scale, 1e-30);
  }

  void regress(Index k) {
    RowMatrixD sums = RowMatrixD::Zero(count_, x_.cols());
    for (Index n = 0; n < x_.rows(); ++n) {
      sums.row(batches_[at(n)]) += shares_(n, k) * x_.row(n).cast<double>();
    }
    const Eigen::VectorXd members = observed_.col(k);
    Eigen::MatrixXd products = Eigen::MatrixXd::Zero(count_ + 1, count_ + 1);
    products(0, 0) = members.sum();
    products.block(0, 1, 1, count_) = members.transpose();
    products.block(1, 0, count_, 1) = members;
    products.diagonal().tail(count_) = members.array() + options_.ridge;
    RowMatrixD right(count_ + 1, x_.cols());
    right.row(0) = sums.colwise().sum();
    right.bottomRows(count_) = sums;
    const RowMatrixD found = products.ldlt().solve(right);
    intercepts_.row(k) = found.row(0).cast<float>();
    for (Index j = 0; j < count_; ++j) {
      shifts_.row(j * clusters_ + k) = found.row(1 + j).cast<float>();
    }
  }

  Eigen::Map<const RowMatrix> x_;
  std::span<const std::int32_t> batches_;
  BatchCorrectionOptions options_;
  Index count_;            // J
  Index clusters_ = 0;     // K
  Eigen::VectorXd sizes_;  // [J] cells
  RowMatrix corrected_;    // [N, d]
  RowMatrix directions_;   // [K, d] of length 1
  RowMatrixD shares_;      // [N, K] of each cell in the clusters
  RowMatrixD observed_;    // [J, K]
  RowMatrix intercepts_;   // [K, d]
  RowMatrix shifts_;       // [J K, d]
};

/// Shares [K] of a cell of a batch that lies at these shifts from the clusters.
Eigen::RowVectorXf shares_of(const RowMatrix& directions, const Eigen::RowVectorXf& cell,
                             double width) {
  const float length = std::max(cell.norm(), 1e-30F);
  const Eigen::RowVectorXd near = nearness(cell / length * directions.transpose(), width);
  return (near / near.sum()).cast<float>();
}

/// Where the clusters lie in a batch, as directions.
RowMatrix directions_in(const BatchCorrection& correction, Index batch) {
  const Index clusters = correction.centres.rows;
  return unit_rows(view(correction.centres) +
                   view(correction.shifts).middleRows(batch * clusters, clusters));
}

}  // namespace

BatchCorrection learn_batch_correction(const DenseMatrix& x, std::span<const std::int32_t> batches,
                                       const BatchCorrectionOptions& options) {
  MIXVAE_ASSERT(std::ssize(batches) == x.rows && x.rows > 0, "each cell has a batch");
  return Harmony(x, batches, options).run();
}

DenseMatrix without_batches(const BatchCorrection& correction, const DenseMatrix& x,
                            std::span<const std::int32_t> batches) {
  const Index clusters = correction.centres.rows;
  std::vector<RowMatrix> directions;
  for (Index j = 0; j < correction.batches(); ++j) {
    directions.push_back(directions_in(correction, j));
  }
  DenseMatrix corrected(x.rows, x.columns);
  parallel_for(x.rows, kGrain, [&](Index begin, Index end) {
    for (Index n = begin; n < end; ++n) {
      const std::int32_t batch = batches[at(n)];
      const Eigen::RowVectorXf cell = view(x).row(n);
      view(corrected).row(n) =
          cell - shares_of(directions[at(batch)], cell, static_cast<double>(correction.width)) *
                     view(correction.shifts).middleRows(batch * clusters, clusters);
    }
  });
  return corrected;
}

BatchCorrection with_further_batch(BatchCorrection correction, const DenseMatrix& x) {
  const Index clusters = correction.centres.rows;
  const Index batch = correction.batches();
  DenseMatrix shifts((batch + 1) * clusters, x.columns);
  std::ranges::copy(correction.shifts.values, shifts.values.begin());
  correction.shifts = std::move(shifts);
  const RowMatrix centres = view(correction.centres);
  for (int round = 0; round < kRoundsOfAFurtherBatch; ++round) {
    const RowMatrix directions = directions_in(correction, batch);
    RowMatrixD sums = RowMatrixD::Zero(clusters, x.columns);
    Eigen::VectorXd members = Eigen::VectorXd::Constant(clusters, BatchCorrectionOptions().ridge);
    for (Index n = 0; n < x.rows; ++n) {
      const Eigen::RowVectorXf cell = view(x).row(n);
      const Eigen::RowVectorXd shares =
          shares_of(directions, cell, static_cast<double>(correction.width)).cast<double>();
      sums += shares.transpose() * cell.cast<double>() -
              (centres.cast<double>().array().colwise() * shares.transpose().array()).matrix();
      members += shares.transpose();
    }
    view(correction.shifts).middleRows(batch * clusters, clusters) =
        (sums.array().colwise() / members.array()).matrix().cast<float>();
  }
  return correction;
}

}  // namespace mixvae::cluster
