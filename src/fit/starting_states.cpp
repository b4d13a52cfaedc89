#include "fit/starting_states.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.hpp"
#include "base/index.hpp"
#include "cluster/pca.hpp"

namespace mixvae::fit {
namespace {

/// Variance below which a component is the noise of its computation.
constexpr double kSmallestVariance = 1e-10;

/// [N, W]: each cell minus the mean of its type.
DenseMatrix residuals(const DenseMatrix& scores, std::span<const std::int32_t> types) {
  const Index count = types.empty() ? 0 : Index{*std::ranges::max_element(types)} + 1;
  std::vector<double> sums(at(count * scores.columns), 0.0);
  std::vector<double> sizes(at(count), 0.0);
  const auto sum_of = [&](std::int32_t type) {
    return std::span<double>(sums).subspan(at(type * scores.columns), at(scores.columns));
  };
  for (Index n = 0; n < scores.rows; ++n) {
    const std::span<double> sum = sum_of(types[at(n)]);
    std::ranges::transform(sum, scores.row(n), sum.begin(), std::plus<>{});
    ++sizes[at(types[at(n)])];
  }
  DenseMatrix out = scores;
  for (Index n = 0; n < out.rows; ++n) {
    const double size = sizes[at(types[at(n)])];
    std::ranges::transform(
        out.row(n), sum_of(types[at(n)]), out.row(n).begin(),
        [size](float value, double sum) { return static_cast<float>(value - sum / size); });
  }
  return out;
}

}  // namespace

DenseMatrix starting_states(const DenseMatrix& scores, std::span<const std::int32_t> types,
                            Index states, std::uint64_t seed) {
  MIXVAE_ASSERT(types.size() == at(scores.rows), "one type per cell");
  DenseMatrix out(scores.rows, states);
  const Index components = std::min({states, scores.columns, scores.rows});
  if (components < 1 || scores.rows < 2) {
    return out;
  }
  const cluster::Pca fitted =
      cluster::pca(residuals(scores, types), {.components = components, .seed = seed});
  for (Index s = 0; s < components; ++s) {
    const double variance = fitted.explained_variance[at(s)];
    const double scale = variance > kSmallestVariance ? 1.0 / std::sqrt(variance) : 0.0;
    for (Index n = 0; n < scores.rows; ++n) {
      out.row(n)[at(s)] = static_cast<float>(fitted.scores.row(n)[at(s)] * scale);
    }
  }
  return out;
}

}  // namespace mixvae::fit
