#include "cluster/som.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/philox.hpp"
#include "cluster/metric.hpp"

namespace mixvae::cluster {
namespace {

constexpr double kFirstRate = 0.05;
constexpr double kLastRate = 0.01;
constexpr double kRadiusQuantile = 0.67;
constexpr double kLeastChange = 1;

/// Linearly interpolated between the ordered values.
double quantile(std::vector<double> values, double share) {
  std::ranges::sort(values);
  const double place = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (place - static_cast<double>(below)) * (values[above] - values[below]);
}

Index nearest_node(const DenseMatrix& nodes, std::span<const float> cell) {
  Index best = 0;
  float least = raw_distance(Metric::euclidean, nodes.row(0), cell);
  for (Index node = 1; node < nodes.rows; ++node) {
    const float distance = raw_distance(Metric::euclidean, nodes.row(node), cell);
    if (distance < least) {
      least = distance;
      best = node;
    }
  }
  return best;
}

/// Moves a node; returns by how much all its values would move at rate 1.
double pull_node(std::span<float> node, std::span<const float> cell, double rate) {
  double change = 0;
  for (std::size_t c = 0; c < node.size(); ++c) {
    const double difference = static_cast<double>(cell[c]) - node[c];
    change += std::abs(difference);
    node[c] += static_cast<float>(difference * rate);
  }
  return change;
}

std::vector<Index> shuffled(Index count, PhiloxStream& random) {
  std::vector<Index> order(count);
  std::iota(order.begin(), order.end(), Index{0});
  for (Index i = count - 1; i > 0; --i) {
    std::swap(order[i],
              order[static_cast<Index>(random.integer(static_cast<std::uint64_t>(i + 1)))]);
  }
  return order;
}

}  // namespace

std::vector<double> grid_distances(Index width, Index height) {
  const Index nodes = width * height;
  std::vector<double> distances(nodes * nodes);
  for (Index a = 0; a < nodes; ++a) {
    for (Index b = 0; b < nodes; ++b) {
      const Index across = std::abs(a % width - b % width);
      const Index along = std::abs(a / width - b / width);
      distances[a * nodes + b] = static_cast<double>(std::max(across, along));
    }
  }
  return distances;
}

DenseMatrix train_som(const DenseMatrix& x, DenseMatrix nodes, const std::vector<Index>& picks,
                      const SomOptions& options) {
  const std::vector<double> grid = grid_distances(options.width, options.height);
  const double first_radius = quantile(grid, kRadiusQuantile);
  const auto steps = static_cast<double>(picks.size());
  double change = kLeastChange;
  for (std::size_t step = 0; step < picks.size(); ++step) {
    if (step % static_cast<std::size_t>(x.rows) == 0) {
      if (change < kLeastChange) {
        break;
      }
      change = 0;
    }
    const double done = static_cast<double>(step) / steps;
    const double rate = kFirstRate - (kFirstRate - kLastRate) * done;
    const double radius = first_radius * (1 - done);
    const auto cell = x.row(picks[step]);
    const Index nearest = nearest_node(nodes, cell);
    for (Index node = 0; node < nodes.rows; ++node) {
      if (grid[nearest * nodes.rows + node] <= (radius < 1 ? 0.5 : radius)) {
        change += pull_node(nodes.row(node), cell, rate);
      }
    }
  }
  return nodes;
}

DenseMatrix self_organising_map(const DenseMatrix& x, const SomOptions& options) {
  PhiloxStream random(options.seed, Purpose::cluster_start);
  const std::vector<Index> order = shuffled(x.rows, random);
  DenseMatrix nodes(options.width * options.height, x.columns);
  for (Index node = 0; node < nodes.rows; ++node) {
    std::ranges::copy(x.row(order[node % x.rows]), nodes.row(node).begin());
  }
  std::vector<Index> picks(options.passes * x.rows);
  std::ranges::generate(picks, [&] {
    return static_cast<Index>(random.integer(static_cast<std::uint64_t>(x.rows)));
  });
  return train_som(x, std::move(nodes), picks, options);
}

}  // namespace mixvae::cluster
