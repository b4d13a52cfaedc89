#include "data/prepare/value_kind.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace mixvae {
namespace {

constexpr const char* kTrustHint = "; --trust-values insists on your choice";

struct Summary {
  Index nonzeros = 0;
  Index whole = 0;
  float smallest = 0;
  float largest = 0;

  void add(float value) {
    if (value == 0.0F || !std::isfinite(value)) {
      return;
    }
    ++nonzeros;
    whole += value == std::round(value) ? 1 : 0;
    smallest = std::min(smallest, value);
    largest = std::max(largest, value);
  }
};

Summary summarise(const Matrix& matrix) {
  Summary summary;
  const Index cells = row_count(matrix);
  const Index judged = std::min(cells, kJudgedCells);
  for (Index i = 0; i < judged; ++i) {
    for_each_value(matrix, i * cells / judged, [&](Index, float value) { summary.add(value); });
  }
  return summary;
}

bool is_linear(ValueKind kind) {
  return kind == ValueKind::counts || kind == ValueKind::fractional_counts;
}

bool suits(const std::string& normalise, ValueKind kind) {
  if (normalise == "none") {
    return !is_linear(kind);
  }
  if (normalise == "arcsinh") {
    return kind != ValueKind::log_normalised;
  }
  return is_linear(kind);
}

}  // namespace

std::string describe(ValueKind kind) {
  switch (kind) {
    case ValueKind::counts:
      return "counts";
    case ValueKind::fractional_counts:
      return "fractional counts";
    case ValueKind::log_normalised:
      return "log-normalised values";
    case ValueKind::scaled:
      return "scaled values";
  }
  throw Bug("unknown kind of values");
}

std::string kind_word(ValueKind kind) {
  switch (kind) {
    case ValueKind::counts:
      return "counts";
    case ValueKind::fractional_counts:
      return "fractional-counts";
    case ValueKind::log_normalised:
      return "log-normalised";
    case ValueKind::scaled:
      return "scaled";
  }
  throw Bug("unknown kind of values");
}

ValueKind kind_from_word(const std::string& word) {
  for (const ValueKind kind : {ValueKind::counts, ValueKind::fractional_counts,
                               ValueKind::log_normalised, ValueKind::scaled}) {
    if (kind_word(kind) == word) {
      return kind;
    }
  }
  throw InputError({.what = "unknown kind of values",
                    .found = "'" + word + "'",
                    .expected = "counts, fractional-counts, log-normalised or scaled"});
}

ValueKind judge_values(const Matrix& matrix) {
  if (row_count(matrix) == 0 || column_count(matrix) == 0) {
    throw InputError({.what = "the matrix is empty",
                      .found = std::to_string(row_count(matrix)) + " cells and " +
                               std::to_string(column_count(matrix)) + " features"});
  }
  const Summary summary = summarise(matrix);
  if (static_cast<double>(summary.whole) >= kWholeShare * static_cast<double>(summary.nonzeros)) {
    return ValueKind::counts;
  }
  if (summary.smallest < 0.0F || summary.largest <= 1.0F) {
    return ValueKind::scaled;
  }
  return summary.largest <= kLargestLog ? ValueKind::log_normalised : ValueKind::fractional_counts;
}

std::string suitable_normalisation(ValueKind kind, float smallest) {
  switch (kind) {
    case ValueKind::counts:
      return "library-log";
    case ValueKind::fractional_counts:
      return smallest >= 1.0F ? "log2" : "log";
    case ValueKind::log_normalised:
    case ValueKind::scaled:
      return "none";
  }
  throw Bug("unknown kind of values");
}

void require_suitable(const std::string& normalise, ValueKind kind, const std::string& where) {
  if (suits(normalise, kind)) {
    return;
  }
  const std::string advice =
      is_linear(kind) ? "use --normalise auto (or library-log, log), or choose a normalised layer"
                      : "use --normalise none, or choose the layer with the raw counts (--layer)";
  throw InputError({.what = "normalisation '" + normalise + "' does not suit these values",
                    .where = where,
                    .found = "values that look like " + describe(kind),
                    .expected = is_linear(kind) ? "log-normalised or scaled values"
                                                : "counts or other values on a linear scale",
                    .hint = advice + kTrustHint});
}

void require_same_scale(ValueKind expected, ValueKind found, const std::string& where) {
  if (is_linear(expected) == is_linear(found)) {
    return;
  }
  throw InputError({.what = "the values are on another scale than the training data",
                    .where = where,
                    .found = "values that look like " + describe(found),
                    .expected = describe(expected) + ", as in training",
                    .hint = std::string("choose the matching layer (--layer)") + kTrustHint});
}

}  // namespace mixvae
