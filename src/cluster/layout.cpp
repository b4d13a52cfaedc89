#include "cluster/layout.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/philox.hpp"
#include "cluster/eigen.hpp"
#include "cluster/layout_epoch.hpp"

namespace mixvae::cluster {
namespace {

constexpr Index kTask = 256;  // points that a thread moves at a time

/// The graph with the share of the epochs in which each link acts: its weight over the largest.
CsrMatrix shares(CsrMatrix graph) {
  if (!graph.values.empty()) {
    const float scale = 1.0F / *std::ranges::max_element(graph.values);
    std::ranges::transform(graph.values, graph.values.begin(),
                           [scale](float weight) { return weight * scale; });
  }
  return graph;
}

/// The points by the number of their steps, so that those that move side by side take about equally
/// many.
std::vector<std::int32_t> by_steps(const CsrMatrix& graph) {
  std::vector<std::int32_t> points(graph.rows);
  std::iota(points.begin(), points.end(), 0);
  std::vector<float> steps(graph.rows);
  for (Index i = 0; i < graph.rows; ++i) {
    const auto values = graph.row(i).values;
    steps[i] = std::accumulate(values.begin(), values.end(), 0.0F);
  }
  std::ranges::stable_sort(points, {}, [&](std::int32_t i) { return steps[i]; });
  return points;
}

void move_all(const LayoutEpoch& epoch, const std::vector<std::int32_t>& points, DenseMatrix& own) {
  const auto count = static_cast<Index>(points.size());
  parallel_tasks((count + kTask - 1) / kTask, [&](Index task) {
    const Index begin = task * kTask;
    const auto size = static_cast<std::size_t>(std::min(kTask, count - begin));
    move_points(epoch, {points.data() + begin, size}, own);
  });
}

LayoutEpoch epoch_of(const CsrMatrix& graph, const DenseMatrix& points,
                     const LayoutOptions& options, Index number) {
  MIXVAE_ASSERT(points.columns <= kMostLayoutComponents, "too many components of a layout");
  MIXVAE_ASSERT(options.negatives >= 0 && options.negatives <= kMostNegatives,
                "too many negative cells");
  const double left = 1 - static_cast<double>(number) / static_cast<double>(options.epochs);
  return {.graph = graph,
          .points = points,
          .number = number,
          .rate = static_cast<float>(options.learning_rate * left),
          .negatives = options.negatives,
          .a = static_cast<float>(options.curve.a),
          .b = static_cast<float>(options.curve.b),
          .random =
              Philox(options.seed, Purpose::layout_negatives, static_cast<std::uint64_t>(number))};
}

}  // namespace

SimilarityCurve fit_curve(double min_dist, double spread) {
  constexpr int kPoints = 300;
  constexpr int kSteps = 200;
  SimilarityCurve curve{1, 1};
  double damping = 1e-3;
  const auto target = [&](double d) {
    return d < min_dist ? 1.0 : std::exp(-(d - min_dist) / spread);
  };
  const auto error = [&](const SimilarityCurve& c, Eigen::Matrix2d* normal, Eigen::Vector2d* side) {
    double sum = 0;
    for (int i = 0; i < kPoints; ++i) {
      const double d = 3 * spread * i / (kPoints - 1);
      const double power = d > 0 ? std::pow(d, 2 * c.b) : 0;
      const double value = 1 / (1 + c.a * power);
      const double miss = target(d) - value;
      sum += miss * miss;
      if (normal != nullptr) {
        const Eigen::Vector2d slope(-value * value * power,
                                    d > 0 ? -value * value * c.a * power * 2 * std::log(d) : 0.0);
        *normal += slope * slope.transpose();
        *side += slope * miss;
      }
    }
    return sum;
  };
  for (int step = 0; step < kSteps; ++step) {
    Eigen::Matrix2d normal = Eigen::Matrix2d::Zero();
    Eigen::Vector2d side = Eigen::Vector2d::Zero();
    const double before = error(curve, &normal, &side);
    normal.diagonal() *= 1 + damping;
    const Eigen::Vector2d move = normal.ldlt().solve(side);
    const SimilarityCurve moved{curve.a + move[0], curve.b + move[1]};
    const bool better = moved.a > 0 && moved.b > 0 && error(moved, nullptr, nullptr) < before;
    curve = better ? moved : curve;
    damping *= better ? 0.3 : 10;
  }
  return curve;
}

void optimise_layout(const CsrMatrix& graph, const LayoutOptions& options, DenseMatrix& points,
                     const EpochReport& report) {
  MIXVAE_ASSERT(graph.rows == points.rows && graph.columns == points.rows, "graph of other points");
  const CsrMatrix links = shares(graph);
  const std::vector<std::int32_t> order = by_steps(links);
  DenseMatrix moved = points;
  for (Index number = 0; number < options.epochs; ++number) {
    move_all(epoch_of(links, points, options, number), order, moved);
    points.values = moved.values;
    if (report) {
      report(number + 1);
    }
  }
}

}  // namespace mixvae::cluster
