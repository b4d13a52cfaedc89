#pragma once

#include <cstdint>
#include <span>

#include "cluster/pca.hpp"
#include "data/matrix.hpp"

namespace mixvae::fit {

/// Prepared values [N, D] on their leading principal components, times one number that brings the
/// mean variance of the components to 1 (so that reconstruction weighs the same on every data set).
/// What a model in the PCA space reads.
class Projection {
 public:
  /// An absent projection: values pass unchanged.
  Projection() = default;
  /// Learns at most `components` components (fewer where the data have fewer cells or features).
  static Projection fit(const Matrix& x, Index components, std::uint64_t seed);
  /// From stored parts: components [k, D], mean [D], scale > 0. Throws Bug when sizes differ.
  Projection(DenseMatrix components, std::vector<float> mean, float scale);

  bool present() const { return components_.rows > 0; }
  Index width() const { return components_.rows; }
  const DenseMatrix& components() const { return components_; }
  const std::vector<float>& mean() const { return mean_; }
  float scale() const { return scale_; }

  /// Scores [M, k] of any rows [M, D].
  DenseMatrix apply(const Matrix& x) const;
  /// Values [M, D] from scores [M, k]: the way back, exact up to what the components leave out.
  DenseMatrix invert(const DenseMatrix& scores) const;

 private:
  DenseMatrix components_;
  std::vector<float> mean_;
  float scale_ = 1;
};

}  // namespace mixvae::fit
