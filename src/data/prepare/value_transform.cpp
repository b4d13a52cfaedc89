#include "data/prepare/value_transform.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace mixvae {

ValueTransform::ValueTransform(const Preprocessing& preprocessing)
    : preprocessing_(preprocessing),
      kind_(kind_of(preprocessing.normalise)),
      target_(static_cast<float>(preprocessing.library_size)),
      cofactor_(static_cast<float>(preprocessing.cofactor)),
      unit_(preprocessing.scale == "unit" || preprocessing.scale == "common") {}

ValueTransform::Kind ValueTransform::kind_of(const std::string& normalise) {
  if (normalise == "library-log") {
    return Kind::library_log;
  }
  if (normalise == "library") {
    return Kind::library;
  }
  if (normalise == "log") {
    return Kind::log;
  }
  if (normalise == "log2") {
    return Kind::log2;
  }
  if (normalise == "arcsinh") {
    return Kind::arcsinh;
  }
  MIXVAE_ASSERT(normalise == "none", "normalisation is resolved to a known word");
  return Kind::none;
}

float ValueTransform::normalised(float raw, float library) const {
  switch (kind_) {
    case Kind::library_log:
      return std::log1p(raw * (target_ / library));
    case Kind::library:
      return raw * (target_ / library);
    case Kind::log:
      return std::log1p(raw);
    case Kind::log2:
      return std::log2(std::max(raw, 1.0F));
    case Kind::arcsinh:
      return std::asinh(raw / cofactor_);
    case Kind::none:
      return raw;
  }
  throw Bug("unknown normalisation");
}

float ValueTransform::scaled(float value, Index column) const {
  if (preprocessing_.range.empty()) {
    return value;
  }
  const auto c = static_cast<std::size_t>(column);
  const float result = (value - preprocessing_.minimum[c]) / preprocessing_.range[c];
  return unit_ ? std::clamp(result, 0.0F, 1.0F) : result;
}

double ValueTransform::linear(double normalised_value) const {
  switch (kind_) {
    case Kind::library_log:
    case Kind::log:
    case Kind::none:
      return std::expm1(normalised_value);
    case Kind::library:
      return normalised_value;
    case Kind::log2:
      return std::exp2(normalised_value) - 1;
    case Kind::arcsinh:
      return static_cast<double>(cofactor_) * std::sinh(normalised_value);
  }
  throw Bug("unknown normalisation");
}

bool ValueTransform::keeps_zeros() const {
  for (Index c = 0; c < static_cast<Index>(preprocessing_.range.size()); ++c) {
    if (scaled(0.0F, c) != 0.0F) {
      return false;
    }
  }
  return true;
}

void require_zeros_kept(const Preprocessing& preprocessing, const Dataset& dataset) {
  if (std::holds_alternative<CsrMatrix>(dataset.x) &&
      !ValueTransform(preprocessing).keeps_zeros()) {
    throw InputError({.what = "scaling would turn the zeros of a sparse matrix into other numbers",
                      .where = dataset.source.path,
                      .found = "features with negative values",
                      .hint = "use --scale none"});
  }
}

}  // namespace mixvae
