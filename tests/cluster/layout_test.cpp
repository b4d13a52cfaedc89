#include "cluster/layout.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "support/python.hpp"

namespace mixvae::cluster {
namespace {

/// Two linked points and a third one, linked more weakly to the first.
CsrMatrix small_graph() {
  CsrMatrix graph;
  graph.rows = graph.columns = 3;
  graph.offsets = {0, 2, 3, 4};
  graph.column_numbers = {1, 2, 0, 0};
  graph.values = {1, 0.5F, 1, 0.5F};
  return graph;
}

TEST(Layout, FitsTheCurveThatScipyFits) {
  const auto run = test::run_python(
      "import numpy as np\n"
      "from scipy.optimize import curve_fit\n"
      "for m, s in ((0.1, 1), (0, 1), (0.5, 2)):\n"
      "  x = np.linspace(0, 3 * s, 300)\n"
      "  y = np.where(x < m, 1, np.exp(-(x - m) / s))\n"
      "  print(*curve_fit(lambda x, a, b: 1 / (1 + a * x ** (2 * b)), x, y)[0])\n");
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  const double cases[3][2] = {{0.1, 1}, {0, 1}, {0.5, 2}};
  for (std::size_t i = 0; i < 3; ++i) {
    const SimilarityCurve curve = fit_curve(cases[i][0], cases[i][1]);
    EXPECT_NEAR(curve.a, expected[2 * i], 1e-4);
    EXPECT_NEAR(curve.b, expected[2 * i + 1], 1e-4);
  }
}

TEST(Layout, PullsLinkedPointsByTheGradient) {
  for (const Index components : {1, 2, 5}) {
    DenseMatrix points(3, components);
    points(1, 0) = 6;
    points(2, 0) = 0.5F;
    const LayoutOptions options{.epochs = 1, .negatives = 0};
    optimise_layout(small_graph(), options, points);
    const auto [a, b] = options.curve;  // both ends of a link pull, and at full rate
    const double pull = 2 * 2 * a * b * std::pow(6, 2 * b - 1) / (1 + a * std::pow(6, 2 * b));
    EXPECT_NEAR(points(0, 0), pull, 1e-4) << "the weak link rests in the first epoch";
    EXPECT_NEAR(points(1, 0), 6 - pull, 1e-4);
    EXPECT_EQ(points(2, 0), 0.5F);
  }
}

TEST(Layout, LetsNearLinkedPointsMeetInsteadOfSwinging) {
  DenseMatrix points(3, 2);
  points(1, 0) = 0.5F;
  points(2, 0) = 9;
  optimise_layout(small_graph(), {.epochs = 1, .negatives = 0}, points);
  EXPECT_NEAR(points(0, 0), 0.25, 1e-5);
  EXPECT_NEAR(points(1, 0), 0.25, 1e-5);
}

TEST(Layout, PushesRandomPointsByTheGradient) {
  CsrMatrix graph;  // two linked points; one of them lies together with all unlinked ones
  graph.rows = graph.columns = 1000;
  graph.offsets.assign(1001, 2);
  graph.offsets[0] = 0;
  graph.offsets[1] = 1;
  graph.column_numbers = {1, 0};
  graph.values = {1, 1};
  DenseMatrix points(1000, 2);
  points(0, 0) = 3;
  const LayoutOptions options{.epochs = 1, .negatives = 4};
  optimise_layout(graph, options, points);
  const auto [a, b] = options.curve;
  const double similarity = 1 / (1 + a * std::pow(9.0, b));
  const double pull = 2 * 2 * a * b * std::pow(9.0, b - 1) * similarity * 3;
  const double push = 2 * b / (0.001 + 9) * similarity * 3;
  EXPECT_NEAR(points(0, 0), 3 - pull + 4 * push, 1e-4);
  EXPECT_NEAR(points(1, 0), pull, 1e-4) << "points at the same place do not push";
  EXPECT_EQ(points(0, 1), 0);
}

TEST(Layout, LimitsEachMove) {
  DenseMatrix points(3, 2);
  points(1, 0) = 1e-6F;
  points(2, 0) = 1e4F;
  optimise_layout(small_graph(), {.epochs = 100, .negatives = 7}, points);
  for (const float value : points.values) {
    EXPECT_TRUE(std::isfinite(value));
    EXPECT_LT(std::abs(value), 2e4);
  }
}

}  // namespace
}  // namespace mixvae::cluster
