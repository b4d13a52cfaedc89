#include "data/prepare/value_kind.hpp"

#include "base/error.hpp"

namespace mixvae {
namespace {

/// Kinds whose values are proportional to what was measured.
bool is_linear(ValueKind kind) {
  return kind == ValueKind::counts || kind == ValueKind::fractional_counts ||
         kind == ValueKind::linear;
}

}  // namespace

std::string describe(ValueKind kind) {
  switch (kind) {
    case ValueKind::counts:
      return "counts";
    case ValueKind::fractional_counts:
      return "fractional counts";
    case ValueKind::linear:
      return "values on a linear scale";
    case ValueKind::log_normalised:
      return "log-normalised values";
    case ValueKind::scaled:
      return "scaled values";
    case ValueKind::transformed:
      return "transformed channels";
    case ValueKind::image:
      return "images";
  }
  throw Bug("unknown kind of values");
}

std::string kind_word(ValueKind kind) {
  switch (kind) {
    case ValueKind::counts:
      return "counts";
    case ValueKind::fractional_counts:
      return "fractional-counts";
    case ValueKind::linear:
      return "linear";
    case ValueKind::log_normalised:
      return "log-normalised";
    case ValueKind::scaled:
      return "scaled";
    case ValueKind::transformed:
      return "transformed";
    case ValueKind::image:
      return "image";
  }
  throw Bug("unknown kind of values");
}

ValueKind kind_from_word(const std::string& word) {
  for (const ValueKind kind : kValueKinds) {
    if (kind_word(kind) == word) {
      return kind;
    }
  }
  throw InputError({.what = "unknown kind of values",
                    .found = "'" + word + "'",
                    .expected = "counts, fractional-counts, linear, log-normalised, scaled, "
                                "transformed or image"});
}

std::string suitable_normalisation(ValueKind kind, float smallest) {
  switch (kind) {
    case ValueKind::counts:
    case ValueKind::fractional_counts:
      return "library-log";
    case ValueKind::linear:
      return smallest >= 1.0F ? "log2" : "log";
    case ValueKind::log_normalised:
    case ValueKind::scaled:
    case ValueKind::transformed:
    case ValueKind::image:
      return "none";
  }
  throw Bug("unknown kind of values");
}

bool is_usual(const std::string& normalise, ValueKind kind) {
  if (kind == ValueKind::image) {
    return true;
  }
  if (normalise == "none") {
    return !is_linear(kind);
  }
  if (normalise == "arcsinh") {
    return kind != ValueKind::log_normalised && kind != ValueKind::transformed;
  }
  return is_linear(kind);
}

void require_same_scale(const Preprocessing& fitted, const ValueJudgement& found,
                        const std::string& where) {
  const bool image = fitted.expected == ValueKind::image || found.kind == ValueKind::image;
  const bool either_side = fitted.normalise == "arcsinh" && (fitted.expected == ValueKind::scaled ||
                                                             found.kind == ValueKind::scaled);
  if (image || either_side || is_linear(fitted.expected) == is_linear(found.kind)) {
    return;
  }
  throw InputError(
      {.what = "the values are on another scale than the training data",
       .where = where,
       .found = "values that look like " + describe(found.kind) + " (" + found.reason + ")",
       .expected = describe(fitted.expected) + ", as in training",
       .hint = "choose the matching layer (--layer); --trust-values insists on your "
               "choice"});
}

}  // namespace mixvae
