#include "data/io/fcs/spillover.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/text_values.hpp"

namespace mixvae::fcs {
namespace {

constexpr std::array<const char*, 5> kKeywords = {"$SPILLOVER", "SPILL", "SPILLOVER", "$COMP",
                                                  "COMP"};

std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    parts.emplace_back(without_padding(std::string_view(text).substr(begin, end - begin)));
    begin = end + 1;
  }
  return parts;
}

/// Reads the value of one of the keywords.
class SpilloverReader {
 public:
  SpilloverReader(std::string keyword, const Keywords& keywords, std::span<const Channel> channels,
                  const std::string& where)
      : keyword_(std::move(keyword)),
        parts_(parts_of(as_utf8(keywords.text(keyword_)))),
        channels_(channels),
        where_(where) {}

  /// Positions of the detectors.
  std::vector<std::size_t> detectors() {
    const auto n = static_cast<std::size_t>(whole_number(parts_.front()).value_or(0));
    if (n < 1 || n > channels_.size()) {
      refuse("'" + parts_.front() + "' channels", "their number at the beginning");
    }
    named_ = parts_.size() == 1 + n + n * n;
    const bool bare = n == channels_.size() && parts_.size() == 1 + n * n;
    if (!named_ && !bare) {
      refuse(std::to_string(parts_.size()) + " entries",
             std::to_string(1 + n + n * n) + " for " + std::to_string(n) + " channels");
    }
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < n; ++i) {
      const auto place = named_ ? place_of(parts_[1 + i]) : std::optional(i);
      if (!place) {
        unknown_.push_back(parts_[1 + i]);
      }
      places.push_back(place.value_or(0));
    }
    if (unknown_.empty()) {
      require_distinct(places);
    }
    return places;
  }

  /// Names that no channel has. After detectors().
  const std::vector<std::string>& unknown() const { return unknown_; }

  /// The matrix, after detectors().
  std::vector<double> matrix(std::size_t n) {
    std::vector<double> values;
    for (std::size_t i = 1 + (named_ ? n : 0); i < parts_.size(); ++i) {
      const auto value = number_of(parts_[i]);
      if (!value || !std::isfinite(*value)) {
        refuse("'" + parts_[i] + "'", "numbers after the names");
      }
      values.push_back(*value);
    }
    return values;
  }

  [[noreturn]] void refuse(const std::string& found, const std::string& expected) const {
    throw InputError({.what = "the spillover matrix in " + keyword_ + " cannot be used",
                      .where = where_,
                      .found = found,
                      .expected = expected,
                      .hint = "--compensate no reads the events uncompensated"});
  }

 private:
  std::optional<std::size_t> place_of(const std::string& name) const {
    for (std::size_t c = 0; c < channels_.size(); ++c) {
      if (channels_[c].name == name || channels_[c].name == "Comp-" + name) {
        return c;
      }
    }
    const auto number = whole_number(name);
    if (number && *number >= 1 && *number <= channels_.size()) {
      return static_cast<std::size_t>(*number - 1);
    }
    for (std::size_t c = 0; c < channels_.size(); ++c) {
      if (channels_[c].marker == name) {
        return c;
      }
    }
    return std::nullopt;
  }

  void require_distinct(std::vector<std::size_t> places) const {
    std::ranges::sort(places);
    if (std::ranges::adjacent_find(places) != places.end()) {
      refuse("a channel that is named twice", "each channel once");
    }
  }

  std::string keyword_;
  std::vector<std::string> parts_;
  std::span<const Channel> channels_;
  const std::string& where_;
  std::vector<std::string> unknown_;
  bool named_ = true;
};

bool is_identity(std::span<const double> matrix, std::size_t n) {
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    if (matrix[i] != (i / n == i % n ? 1.0 : 0.0)) {
      return false;
    }
  }
  return true;
}

/// Whether its name says so.
bool is_compensated(const Channel& channel) { return channel.name.starts_with("Comp-"); }

/// Why a stored matrix is not applied; empty when it is.
std::string reason_against(const Keywords& keywords, std::span<const Channel> channels,
                           std::span<const std::size_t> places, std::span<const double> matrix) {
  if (is_identity(matrix, places.size())) {
    return "it is the identity";
  }
  if (std::ranges::any_of(places, [&](std::size_t c) { return is_compensated(channels[c]); })) {
    return "the channels are compensated already, as their names say";
  }
  if (lower(keywords.text("APPLY COMPENSATION")) == "false") {
    return "the file says so (APPLY COMPENSATION FALSE)";
  }
  return {};
}

/// Brings the largest remaining value of the column to the diagonal, in both matrices; its size.
double pivot(std::vector<double>& left, std::vector<double>& right, std::size_t n,
             std::size_t column) {
  std::size_t best = column;
  for (std::size_t r = column; r < n; ++r) {
    if (std::abs(left[r * n + column]) > std::abs(left[best * n + column])) {
      best = r;
    }
  }
  for (std::size_t c = 0; c < n; ++c) {
    std::swap(left[best * n + c], left[column * n + c]);
    std::swap(right[best * n + c], right[column * n + c]);
  }
  return left[column * n + column];
}

void subtract_row(std::vector<double>& matrix, std::size_t n, std::size_t from, std::size_t row,
                  double factor) {
  for (std::size_t c = 0; c < n; ++c) {
    matrix[from * n + c] -= factor * matrix[row * n + c];
  }
}

}  // namespace

std::optional<std::vector<double>> inverse_of(std::vector<double> matrix, std::size_t n) {
  constexpr double kSmallest = 1e-9;
  std::vector<double> inverse(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    inverse[i * n + i] = 1;
  }
  for (std::size_t column = 0; column < n; ++column) {
    const double diagonal = pivot(matrix, inverse, n, column);
    if (std::abs(diagonal) < kSmallest) {
      return std::nullopt;
    }
    for (std::size_t c = 0; c < n; ++c) {
      matrix[column * n + c] /= diagonal;
      inverse[column * n + c] /= diagonal;
    }
    for (std::size_t r = 0; r < n; ++r) {
      if (const double factor = matrix[r * n + column]; r != column && factor != 0) {
        subtract_row(matrix, n, r, column, factor);
        subtract_row(inverse, n, r, column, factor);
      }
    }
  }
  return inverse;
}

void Compensation::apply(std::span<double> event) const {
  const std::size_t n = channels.size();
  std::vector<double> measured(n);
  for (std::size_t i = 0; i < n; ++i) {
    measured[i] = event[channels[i]];
  }
  for (std::size_t j = 0; j < n; ++j) {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
      sum += measured[i] * inverse[i * n + j];
    }
    event[channels[j]] = sum;
  }
}

Spillover stored_spillover(const Keywords& keywords, std::span<const Channel> channels,
                           const std::string& where, std::vector<std::string>& notes) {
  const auto* const keyword = std::ranges::find_if(
      kKeywords, [&](const char* name) { return !keywords.text(name).empty(); });
  if (keyword == kKeywords.end()) {
    return {std::nullopt, std::ranges::any_of(channels, is_compensated)};
  }
  SpilloverReader reader(*keyword, keywords, channels, where);
  const std::vector<std::size_t> places = reader.detectors();
  if (!reader.unknown().empty()) {
    notes.push_back(std::string("The spillover matrix in ") + *keyword +
                    " was not applied: no channel is called '" + reader.unknown().front() + "'.");
    return {};
  }
  const std::vector<double> matrix = reader.matrix(places.size());
  const std::string against = reason_against(keywords, channels, places, matrix);
  if (!against.empty()) {
    notes.push_back(std::string("The spillover matrix in ") + *keyword +
                    " was not applied: " + against + ".");
    return {std::nullopt, true};
  }
  auto inverse = inverse_of(matrix, places.size());
  if (!inverse) {
    reader.refuse("a matrix without an inverse", "one whose dyes can be told apart");
  }
  return {Compensation{*keyword, places, *std::move(inverse)}, false};
}

}  // namespace mixvae::fcs
