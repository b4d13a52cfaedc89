#include "cluster/gap_merging.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "base/index.hpp"
#include "cluster/eigen.hpp"
#include "cluster/kmeans.hpp"
#include "cluster/knn.hpp"
#include "cluster/labels.hpp"
#include "cluster/valley.hpp"

namespace mixvae::cluster {
namespace {

using Pair = std::pair<std::int32_t, std::int32_t>;  // the lower number first

constexpr int kIterations = 10;  // of k-means
constexpr double kShrinkage = 0.6;
constexpr std::size_t kFewestOfValley = 8;
constexpr std::size_t kMostCells = 1000;  // of a group, whose valley is measured
constexpr double kNoValley = 9;

/// Cells of both halves that are one group, with the moments of the learning ones.
struct Group {
  double count = 0;
  Eigen::VectorXd mean;
  Eigen::MatrixXd scatter;           // sum of squares about the mean
  std::vector<std::int32_t> unseen;  // rows

  void add(const Group& other) {
    const Eigen::VectorXd between = other.mean - mean;
    const double both = count + other.count;
    if (both > 0) {
      scatter += other.scatter + between * between.transpose() * (count * other.count / both);
      mean += between * (other.count / both);
    }
    count = both;
    unseen.insert(unseen.end(), other.unseen.begin(), other.unseen.end());
  }
};

Eigen::VectorXd cell_of(const DenseMatrix& x, Index row) {
  const auto values = x.row(row);
  return Eigen::Map<const Eigen::VectorXf>(values.data(), x.columns).cast<double>();
}

/// The direction from group a to group b that tells their learning cells apart best.
Eigen::VectorXf discriminant(const Group& a, const Group& b) {
  const Eigen::Index width = a.mean.size();
  Eigen::MatrixXd within = (a.scatter + b.scatter) / std::max(a.count + b.count - 2, 1.0);
  const double level = within.trace() / static_cast<double>(width);
  within *= 1 - kShrinkage;
  within.diagonal().array() += kShrinkage * level + 1e-12;
  return within.ldlt().solve(b.mean - a.mean).cast<float>();
}

/// Groups on their way from pieces to types.
class Merging {
 public:
  Merging(const DenseMatrix& learning, const DenseMatrix& unseen, const GapMergingOptions& options)
      : unseen_(unseen) {
    const Kmeans pieces = kmeans(
        learning,
        {.clusters = options.pieces, .starts = 1, .iterations = kIterations, .seed = options.seed});
    make_groups(learning, pieces, options.pieces);
    const Neighbours nearest = neighbours_among(unseen, pieces.centres,
                                                {.neighbours = std::min<Index>(2, options.pieces)});
    std::set<Pair> pairs;
    for (Index cell = 0; cell < unseen.rows; ++cell) {
      const auto two = nearest.of(cell);
      groups_[at(two.front())].unseen.push_back(static_cast<std::int32_t>(cell));
      if (two.size() > 1) {
        pairs.insert(std::minmax(two.front(), two.back()));
      }
    }
    for (const Pair& pair : pairs) {
      valleys_[pair] = valley_between(pair);
    }
  }

  void run(double least_gap) {
    while (!valleys_.empty()) {
      const auto shallowest =
          std::ranges::max_element(valleys_, {}, [](const auto& entry) { return entry.second; });
      if (shallowest->second < least_gap) {
        return;
      }
      unite(shallowest->first);
    }
  }

  std::vector<std::int32_t> labels() const {
    std::vector<std::int32_t> labels(at(unseen_.rows), -1);
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      for (const std::int32_t cell : groups_[g].unseen) {
        labels[at(cell)] = static_cast<std::int32_t>(g);
      }
    }
    renumber(labels, numbers_by_size(labels, static_cast<Index>(groups_.size())));
    return labels;
  }

 private:
  void make_groups(const DenseMatrix& learning, const Kmeans& pieces, Index count) {
    const Group empty{.count = 0,
                      .mean = Eigen::VectorXd::Zero(learning.columns),
                      .scatter = Eigen::MatrixXd::Zero(learning.columns, learning.columns),
                      .unseen = {}};
    groups_.assign(at(count), empty);
    for (Index cell = 0; cell < learning.rows; ++cell) {
      Group& group = groups_[at(pieces.labels[at(cell)])];
      group.mean += cell_of(learning, cell);
      group.count += 1;
    }
    for (Group& group : groups_) {
      group.mean /= std::max(group.count, 1.0);
    }
    for (Index cell = 0; cell < learning.rows; ++cell) {
      Group& group = groups_[at(pieces.labels[at(cell)])];
      const Eigen::VectorXd away = cell_of(learning, cell) - group.mean;
      group.scatter.noalias() += away * away.transpose();
    }
  }

  std::vector<float> projected(const Group& group, const Eigen::VectorXf& direction) const {
    std::vector<float> values;
    for (std::size_t i = 0; i < std::min(group.unseen.size(), kMostCells); ++i) {
      const auto row = unseen_.row(group.unseen[i]);
      values.push_back(
          Eigen::Map<const Eigen::VectorXf>(row.data(), unseen_.columns).dot(direction));
    }
    return values;
  }

  double valley_between(const Pair& pair) const {
    const Group& a = groups_[at(pair.first)];
    const Group& b = groups_[at(pair.second)];
    const auto few = static_cast<double>(kFewestOfValley);
    if (std::min(a.unseen.size(), b.unseen.size()) < kFewestOfValley ||
        std::min(a.count, b.count) < few) {
      return kNoValley + 1 / (1 + (a.mean - b.mean).norm());  // the nearest first
    }
    const Eigen::VectorXf direction = discriminant(a, b);
    return valley(projected(a, direction), projected(b, direction)).surely_below();
  }

  void unite(const Pair pair) {
    groups_[at(pair.first)].add(groups_[at(pair.second)]);
    groups_[at(pair.second)].unseen.clear();
    std::set<std::int32_t> others;
    for (auto entry = valleys_.begin(); entry != valleys_.end();) {
      const auto [a, b] = entry->first;
      const bool touches =
          a == pair.first || a == pair.second || b == pair.first || b == pair.second;
      if (touches) {
        others.insert({a, b});
      }
      entry = touches ? valleys_.erase(entry) : std::next(entry);
    }
    others.erase(pair.first);
    others.erase(pair.second);
    for (const std::int32_t other : others) {
      const Pair joined = std::minmax(pair.first, other);
      valleys_[joined] = valley_between(joined);
    }
  }

  const DenseMatrix& unseen_;
  std::vector<Group> groups_;
  std::map<Pair, double> valleys_;  // between neighbours
};

}  // namespace

std::vector<std::int32_t> merge_without_gap(const DenseMatrix& learning, const DenseMatrix& unseen,
                                            const GapMergingOptions& options) {
  require_cluster_count(options.pieces, learning.rows);
  require_finite(unseen);
  Merging merging(learning, unseen, options);
  merging.run(options.least_gap);
  return merging.labels();
}

}  // namespace mixvae::cluster
