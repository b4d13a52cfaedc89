#include "fit/projection.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"

namespace mixvae::fit {

Projection Projection::fit(const Matrix& x, Index components, std::uint64_t seed) {
  cluster::PcaOptions options;
  options.components = std::min({components, row_count(x) - 1, column_count(x)});
  options.seed = seed;
  const cluster::Pca fitted = cluster::pca(x, options);
  const double mean_variance =
      std::accumulate(fitted.explained_variance.begin(), fitted.explained_variance.end(), 0.0) /
      static_cast<double>(fitted.explained_variance.size());
  const auto scale = mean_variance > 0 ? static_cast<float>(1.0 / std::sqrt(mean_variance)) : 1.0F;
  return {fitted.components, fitted.mean, scale};
}

Projection::Projection(DenseMatrix components, std::vector<float> mean, float scale)
    : components_(std::move(components)), mean_(std::move(mean)), scale_(scale) {
  MIXVAE_ASSERT(components_.columns == static_cast<Index>(mean_.size()), "one mean per feature");
  MIXVAE_ASSERT(scale_ > 0, "the scale is positive");
}

DenseMatrix Projection::apply(const Matrix& x) const {
  cluster::Pca fitted;
  fitted.components = components_;
  fitted.mean = mean_;
  DenseMatrix scores = cluster::project(x, fitted);
  for (float& value : scores.values) {
    value *= scale_;
  }
  return scores;
}

DenseMatrix Projection::invert(const DenseMatrix& scores) const {
  MIXVAE_ASSERT(scores.columns == width(), "one score per component");
  DenseMatrix out(scores.rows, components_.columns);
  for (Index n = 0; n < scores.rows; ++n) {
    const auto target = out.row(n);
    std::ranges::copy(mean_, target.begin());
    for (Index k = 0; k < width(); ++k) {
      const float weight = scores(n, k) / scale_;
      const auto direction = components_.row(k);
      for (std::size_t d = 0; d < target.size(); ++d) {
        target[d] += weight * direction[d];
      }
    }
  }
  return out;
}

}  // namespace mixvae::fit
