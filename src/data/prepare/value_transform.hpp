#pragma once

#include "data/prepare/preprocessing.hpp"

namespace mixvae {

/// A raw value becomes the model's input: normalisation, then scaling.
class ValueTransform {
 public:
  /// Keeps a reference: the preprocessing must outlive the transform.
  explicit ValueTransform(const Preprocessing& preprocessing);

  /// Normalised and scaled value of feature `column` (in the model's order). `library` is the
  /// cell's sum of raw values; only library-log and library read it.
  float operator()(float raw, float library, Index column) const {
    return scaled(normalised(raw, library), column);
  }

  /// Before scaling: ln(1 + x * target / library), x * target / library, ln(1 + x), log2(max(x,
  /// 1)), arcsinh(x / cofactor), or x.
  float normalised(float raw, float library) const;

  /// (x - minimum) / range of the feature, kept within [0, 1] for scales "unit" and "common".
  float scaled(float value, Index column) const;

  /// Inverse of `normalised` on a linear scale, up to the library size: expm1, x, expm1, 2^x - 1,
  /// cofactor * sinh, expm1.
  double linear(double normalised_value) const;

  /// Whether the transform reads library sizes.
  bool needs_library() const { return kind_ == Kind::library_log || kind_ == Kind::library; }

  /// Whether a raw zero becomes a zero for every feature.
  bool keeps_zeros() const;

 private:
  enum class Kind { library_log, library, log, log2, arcsinh, none };
  static Kind kind_of(const std::string& normalise);

  const Preprocessing& preprocessing_;
  Kind kind_;
  float target_;
  float cofactor_;
  bool unit_;
};

/// Throws InputError when the data are sparse and the scaling would turn their zeros into other
/// numbers.
void require_zeros_kept(const Preprocessing& preprocessing, const Dataset& dataset);

}  // namespace mixvae
