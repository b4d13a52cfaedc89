#include "report/explorer/sent_values.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mixvae::report::explorer {
namespace {

using nlohmann::json;

[[noreturn]] void refuse_field(const std::string& field, const json& value,
                               const std::string& expected) {
  throw InputError({.what = "a field that was sent is of another kind",
                    .where = field,
                    .found = value.type_name(),
                    .expected = expected});
}

}  // namespace

SentValues::SentValues(const std::string& body, const std::vector<std::string>& fields)
    : values_(json::parse(body, nullptr, false)) {
  if (!values_.is_object()) {
    throw InputError({.what = "what was sent is no JSON object", .expected = join(fields, ", ")});
  }
  for (const auto& [name, value] : values_.items()) {
    if (std::ranges::find(fields, name) == fields.end()) {
      throw InputError({.what = "a field that was sent is not known",
                        .found = "'" + name + "'",
                        .expected = fields.empty() ? "none" : join(fields, ", ")});
    }
  }
}

const json& SentValues::required(const std::string& field) const {
  const auto found = values_.find(field);
  if (found == values_.end()) {
    throw InputError({.what = "a field was not sent", .expected = field});
  }
  return *found;
}

std::string SentValues::text(const std::string& field) const {
  const json& value = required(field);
  if (!value.is_string()) {
    refuse_field(field, value, "a text");
  }
  return value.get<std::string>();
}

std::string SentValues::text_or_none(const std::string& field) const {
  return has(field) ? text(field) : std::string();
}

std::vector<std::string> SentValues::texts(const std::string& field) const {
  const json& value = required(field);
  if (!value.is_array() ||
      !std::ranges::all_of(value, [](const json& one) { return one.is_string(); })) {
    refuse_field(field, value, "a list of texts");
  }
  return value.get<std::vector<std::string>>();
}

std::vector<double> SentValues::numbers_or_none(const std::string& field) const {
  if (!has(field)) {
    return {};
  }
  const json& value = required(field);
  if (!value.is_array() ||
      !std::ranges::all_of(value, [](const json& one) { return one.is_number(); })) {
    refuse_field(field, value, "a list of numbers");
  }
  auto numbers = value.get<std::vector<double>>();
  for (const double number : numbers) {
    if (std::abs(number) > static_cast<double>(std::numeric_limits<float>::max())) {
      throw InputError({.what = "a number that was sent is too large",
                        .where = field,
                        .found = shortest(number),
                        .expected = "at most 3.4e38 in size"});
    }
  }
  return numbers;
}

}  // namespace mixvae::report::explorer
