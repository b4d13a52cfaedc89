#include "base/options.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/error.hpp"
#include "base/nearest_hint.hpp"
#include "base/text.hpp"

namespace mixvae {
namespace {

[[noreturn]] void refuse(const Option& option, std::string_view text) {
  throw UsageError({.what = "option --" + option.name + " cannot take this value",
                    .found = "'" + std::string(text) + "'",
                    .expected = option_range(option)});
}

template <class Number>
Number parse_number(const Option& option, std::string_view text) {
  const std::string_view body = trimmed(text);
  Number value{};
  const auto result = std::from_chars(body.data(), body.data() + body.size(), value);
  const bool whole = result.ec == std::errc{} && result.ptr == body.data() + body.size();
  const auto as_double = static_cast<double>(value);
  if (!whole || !std::isfinite(as_double) || as_double < option.minimum ||
      as_double > option.maximum) {
    refuse(option, text);
  }
  return value;
}

bool parse_truth(const Option& option, std::string_view text) {
  const std::string word = lower(trimmed(text));
  if (word == "true" || word == "yes" || word == "1") {
    return true;
  }
  if (word == "false" || word == "no" || word == "0") {
    return false;
  }
  refuse(option, text);
}

std::string parse_word(const Option& option, std::string_view text) {
  std::string word(text);
  if (!option.choices.empty() && std::ranges::find(option.choices, word) == option.choices.end()) {
    refuse(option, text);
  }
  return word;
}

std::vector<std::string> parse_list(const Option& option, std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    parts.push_back(parse_word(option, trimmed(text.substr(0, comma))));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

std::string interval(const Option& option) {
  const bool low = std::isfinite(option.minimum);
  const bool high = std::isfinite(option.maximum);
  if (low && high) {
    return " from " + shortest(option.minimum) + " to " + shortest(option.maximum);
  }
  if (low) {
    return " >= " + shortest(option.minimum);
  }
  return high ? " <= " + shortest(option.maximum) : "";
}

struct Setter {
  const Option& option;
  std::string_view text;

  void operator()(bool* target) const { *target = parse_truth(option, text); }
  void operator()(std::int64_t* target) const {
    *target = parse_number<std::int64_t>(option, text);
  }
  void operator()(double* target) const { *target = parse_number<double>(option, text); }
  void operator()(std::string* target) const { *target = parse_word(option, text); }
  void operator()(std::vector<std::string>* target) const { *target = parse_list(option, text); }
  template <class Number>
  void operator()(std::optional<Number>* target) const {
    if (lower(trimmed(text)) == "auto") {
      target->reset();
    } else {
      *target = parse_number<Number>(option, text);
    }
  }
};

struct Printer {
  std::string operator()(const bool* target) const { return *target ? "true" : "false"; }
  std::string operator()(const std::int64_t* target) const { return std::to_string(*target); }
  std::string operator()(const double* target) const { return shortest(*target); }
  std::string operator()(const std::string* target) const { return *target; }
  std::string operator()(const std::vector<std::string>* target) const {
    return join(*target, ",");
  }
  template <class Number>
  std::string operator()(const std::optional<Number>* target) const {
    return target->has_value() ? (*this)(&**target) : "auto";
  }
};

struct RangePrinter {
  const Option& option;

  std::string operator()(const bool*) const { return "true|false"; }
  std::string operator()(const std::int64_t*) const { return "integer" + interval(option); }
  std::string operator()(const double*) const { return "number" + interval(option); }
  std::string operator()(const std::string*) const {
    return option.choices.empty() ? "text" : join(option.choices, "|");
  }
  std::string operator()(const std::vector<std::string>*) const { return "text,text,..."; }
  template <class Number>
  std::string operator()(const std::optional<Number>*) const {
    return (*this)(static_cast<const Number*>(nullptr)) + " or auto";
  }
};

}  // namespace

void set_option(const Option& option, std::string_view text) {
  std::visit(Setter{option, text}, option.target);
}

std::string option_text(const Option& option) { return std::visit(Printer{}, option.target); }

std::string option_range(const Option& option) {
  return std::visit(RangePrinter{option}, option.target);
}

const Option& find_option(const Options& options, std::string_view name) {
  const auto found = std::ranges::find(options, name, &Option::name);
  if (found != options.end()) {
    return *found;
  }
  std::vector<std::string> names;
  for (const Option& option : options) {
    names.push_back(option.name);
  }
  throw UsageError({.what = "there is no option '" + std::string(name) + "'",
                    .hint = nearest_hint(name, names, 3, "nearest names: ")});
}

}  // namespace mixvae
