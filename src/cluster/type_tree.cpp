#include "cluster/type_tree.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <set>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/parallel.hpp"
#include "base/philox.hpp"
#include "cluster/eigen.hpp"
#include "cluster/hierarchical.hpp"

namespace mixvae::cluster {
namespace {

using Clade = std::vector<Index>;  // types of a branch, rising

constexpr double kTreeShrinkage = 0.3;
constexpr double kLeastLevel = 1e-12;
constexpr float kFarAway = 1e30F;  // of types without cells
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Means [T, d] of types and what is needed for distances between them.
struct TypeMoments {
  Eigen::MatrixXd means;
  std::vector<double> sizes;
  Eigen::MatrixXd within;  // covariance, shrunk

  /// Of the cells with their multiplicities [N].
  TypeMoments(const Eigen::MatrixXd& x, const std::vector<std::int32_t>& types, Index count,
              const std::vector<double>& times)
      : means(Eigen::MatrixXd::Zero(count, x.cols())), sizes(at(count), 0.0) {
    double cells = 0;
    for (std::size_t n = 0; n < types.size(); ++n) {
      means.row(types[n]) += times[n] * x.row(static_cast<Eigen::Index>(n));
      sizes[at(types[n])] += times[n];
      cells += times[n];
    }
    for (Index t = 0; t < count; ++t) {
      means.row(t) /= std::max(sizes[at(t)], 1.0);
    }
    Eigen::MatrixXd weighted(x.rows(), x.cols());
    for (std::size_t n = 0; n < types.size(); ++n) {
      const auto row = static_cast<Eigen::Index>(n);
      weighted.row(row) = std::sqrt(times[n]) * (x.row(row) - means.row(types[n]));
    }
    within = weighted.transpose() * weighted / std::max(cells, 1.0);
    const double level = std::max(
        within.trace() / static_cast<double>(std::max<Eigen::Index>(x.cols(), 1)), kLeastLevel);
    within *= 1 - kTreeShrinkage;
    within.diagonal().array() += kTreeShrinkage * level;
  }

  bool has(Index type) const { return sizes[at(type)] > 0; }
};

/// The tree by distances between the means of types with cells; others are far away.
std::vector<Union> linked(const TypeMoments& of) {
  const Eigen::LLT<Eigen::MatrixXd> factor(of.within);
  const Eigen::MatrixXd white = factor.matrixL().solve(of.means.transpose());  // [d, T]
  const Index count = white.cols();
  std::vector<float> distances;
  for (Index i = 0; i < count; ++i) {
    for (Index j = i + 1; j < count; ++j) {
      distances.push_back(of.has(i) && of.has(j)
                              ? static_cast<float>((white.col(i) - white.col(j)).norm())
                              : kFarAway);
    }
  }
  return linkage_tree(std::move(distances), std::vector<double>(at(count), 1.0), "average");
}

std::vector<Clade> clades(const std::vector<Union>& tree) {
  const auto count = static_cast<Index>(tree.size()) + 1;
  std::vector<Clade> of_node;
  for (Index t = 0; t < count; ++t) {
    of_node.push_back({t});
  }
  for (const Union& fork : tree) {
    Clade both;
    std::ranges::merge(of_node[at(fork.a)], of_node[at(fork.b)], std::back_inserter(both));
    of_node.push_back(std::move(both));
  }
  return {of_node.begin() + count, of_node.end()};
}

std::vector<double> drawn_times(std::size_t cells, const Philox& random) {
  std::vector<double> times(cells, 0.0);
  for (std::size_t draw = 0; draw < cells; ++draw) {
    times[random.integer(draw, cells)] += 1;
  }
  return times;
}

}  // namespace

std::vector<TypeFork> type_tree(const DenseMatrix& points, const std::vector<std::int32_t>& types,
                                Index count, const TypeTreeOptions& options) {
  MIXVAE_ASSERT(points.rows == static_cast<Index>(types.size()), "types of other cells");
  MIXVAE_ASSERT(std::ranges::all_of(types, [count](std::int32_t t) { return t >= 0 && t < count; }),
                "a type out of range");
  if (count < 2) {
    return {};
  }
  using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::MatrixXd x =
      Eigen::Map<const Rows>(points.values.data(), points.rows, points.columns).cast<double>();
  const std::vector<Union> tree =
      linked(TypeMoments(x, types, count, std::vector<double>(types.size(), 1.0)));
  const std::vector<Clade> branches = clades(tree);
  std::vector<std::set<Clade>> found(at(options.bootstraps));
  parallel_tasks(options.bootstraps, [&](std::int64_t b) {
    const Philox random(options.seed, Purpose::bootstrap, static_cast<std::uint64_t>(b));
    const std::vector<Clade> again =
        clades(linked(TypeMoments(x, types, count, drawn_times(types.size(), random))));
    found[at(b)] = {again.begin(), again.end()};
  });
  std::vector<TypeFork> forks;
  for (std::size_t m = 0; m < tree.size(); ++m) {
    const auto times = std::ranges::count_if(
        found, [&](const std::set<Clade>& again) { return again.contains(branches[m]); });
    const bool whole = tree[m].height < static_cast<double>(kFarAway) / 2;
    forks.push_back({tree[m].a, tree[m].b, whole ? tree[m].height : kInfinity,
                     whole ? static_cast<double>(times) / static_cast<double>(found.size()) : 0.0});
  }
  return forks;
}

std::vector<Index> leaf_order(const std::vector<TypeFork>& tree) {
  const auto count = static_cast<Index>(tree.size()) + 1;
  std::vector<std::vector<Index>> of_node;
  for (Index t = 0; t < count; ++t) {
    of_node.push_back({t});
  }
  for (const TypeFork& fork : tree) {
    std::vector<Index> first = of_node[at(fork.a)];
    std::vector<Index> second = of_node[at(fork.b)];
    if (std::ranges::min(second) < std::ranges::min(first)) {
      std::swap(first, second);
    }
    first.insert(first.end(), second.begin(), second.end());
    of_node.push_back(std::move(first));
  }
  return of_node.back();
}

}  // namespace mixvae::cluster
