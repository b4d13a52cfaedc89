#include "data/io/text_values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <unordered_set>

#include "base/text.hpp"

namespace mixvae {
namespace {

constexpr std::array<std::string_view, 8> kMissing = {"",    "NA",   "N/A",  "NaN",
                                                      "nan", "null", "NULL", "None"};

std::optional<bool> truth_of(std::string_view text) {
  if (text == "TRUE" || text == "True" || text == "true") {
    return true;
  }
  if (text == "FALSE" || text == "False" || text == "false") {
    return false;
  }
  return std::nullopt;
}

/// Integers only; "007" is a label.
std::optional<std::int64_t> integer_of(std::string_view text) {
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.size() > 1 && digits.front() == '0') {
    return std::nullopt;
  }
  std::int64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || result.ec != std::errc{} || result.ptr != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

bool has_leading_zero(std::string_view text) {
  return text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9';
}

std::optional<double> annotation_number(std::string_view text) {
  return has_leading_zero(trimmed(text)) ? std::nullopt : number_of(text);
}

/// All texts through `parse`, or nothing as soon as one of them does not fit.
template <class Value, class Parse>
std::optional<std::vector<Value>> all_of(const std::vector<std::string>& texts, Parse parse) {
  std::vector<Value> values;
  values.reserve(texts.size());
  for (const std::string& text : texts) {
    const auto value = parse(text);
    if (!value) {
      return std::nullopt;
    }
    values.push_back(*value);
  }
  return values;
}

}  // namespace

bool is_missing(std::string_view text) {
  return std::ranges::find(kMissing, trimmed(text)) != kMissing.end();
}

std::optional<double> number_of(std::string_view text) {
  std::string_view body = trimmed(text);
  if (body.starts_with('+') && !body.starts_with("+-")) {
    body.remove_prefix(1);
  }
  double value = 0;
  const auto result = std::from_chars(body.data(), body.data() + body.size(), value);
  if (!body.empty() && result.ptr == body.data() + body.size()) {
    if (result.ec == std::errc{}) {
      return value;
    }
    if (result.ec == std::errc::result_out_of_range) {
      const bool tiny = body.find("e-") != body.npos || body.find("E-") != body.npos;
      const double size = tiny ? 0 : std::numeric_limits<double>::infinity();
      return body.starts_with('-') ? -size : size;
    }
  }
  if (is_missing(text)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return std::nullopt;
}

std::optional<std::string> with_decimal_point(std::string_view text) {
  std::string point(trimmed(text));
  const std::size_t comma = point.find(',');
  if (comma == std::string::npos || point.find_first_of(",.", comma + 1) != std::string::npos ||
      comma + 1 == point.size() || point[comma + 1] < '0' || point[comma + 1] > '9' ||
      point.find_first_not_of("+-0123456789") < comma) {
    return std::nullopt;
  }
  point[comma] = '.';
  return number_of(point) ? std::optional(point) : std::nullopt;
}

bool has_thousands_commas(std::string_view text) {
  std::string_view body = trimmed(text);
  if (body.starts_with('-')) {
    body.remove_prefix(1);
  }
  const std::size_t lead = body.find(',');
  if (lead == body.npos || lead == 0 || lead > 3 || body.starts_with('0') ||
      (body.size() - lead) % 4 != 0) {
    return false;
  }
  for (std::size_t i = 0; i < body.size(); ++i) {
    const bool comma = i >= lead && (i - lead) % 4 == 0;
    if (comma ? body[i] != ',' : body[i] < '0' || body[i] > '9') {
      return false;
    }
  }
  return true;
}

ColumnValues typed_column(const std::vector<std::string>& texts) {
  if (auto truths = all_of<bool>(texts, truth_of)) {
    return *std::move(truths);
  }
  if (auto integers = all_of<std::int64_t>(texts, integer_of)) {
    return *std::move(integers);
  }
  const bool some = !std::ranges::all_of(texts, is_missing);
  if (auto numbers = all_of<double>(texts, annotation_number); some && numbers) {
    return *std::move(numbers);
  }
  const std::unordered_set<std::string_view> distinct(texts.begin(), texts.end());
  if (2 * distinct.size() > texts.size()) {
    return texts;
  }
  std::vector<std::string> labels = texts;
  for (std::string& label : labels) {
    if (is_missing(label)) {
      label.clear();
    }
  }
  return labels_with_missing(labels);
}

}  // namespace mixvae
