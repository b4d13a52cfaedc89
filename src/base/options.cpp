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
  void operator()(const WordTarget& target) const {
    const auto found = std::ranges::find(option.choices, text);
    if (found == option.choices.end()) {
      refuse(option, text);
    }
    target.set(static_cast<std::size_t>(found - option.choices.begin()));
  }
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
  const Option& option;

  std::string operator()(const bool* target) const { return *target ? "true" : "false"; }
  std::string operator()(const std::int64_t* target) const { return std::to_string(*target); }
  std::string operator()(const double* target) const { return shortest(*target); }
  std::string operator()(const std::string* target) const { return *target; }
  std::string operator()(const std::vector<std::string>* target) const {
    return join(*target, ",");
  }
  std::string operator()(const WordTarget& target) const { return option.choices.at(target.get()); }
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
  std::string operator()(const WordTarget&) const { return join(option.choices, "|"); }
  template <class Number>
  std::string operator()(const std::optional<Number>*) const {
    return (*this)(static_cast<const Number*>(nullptr)) + " or auto";
  }
};

/// "name=value" or "name!=value" taken apart.
struct Condition {
  std::string_view name;
  std::string_view value;
  bool equal = true;
};

Condition condition_of(std::string_view text) {
  const std::size_t sign = text.find('=');
  const bool equal = text[sign - 1] != '!';
  return {text.substr(0, equal ? sign : sign - 1), text.substr(sign + 1), equal};
}

std::vector<Condition> conditions_of(std::string_view need) {
  std::vector<Condition> conditions;
  while (!need.empty()) {
    const std::size_t bar = std::min(need.find('|'), need.size());
    conditions.push_back(condition_of(need.substr(0, bar)));
    need.remove_prefix(std::min(bar + 1, need.size()));
  }
  return conditions;
}

const Option* find_or_null(const Options& options, std::string_view name) {
  const auto found = std::ranges::find(options, name, &Option::name);
  return found == options.end() ? nullptr : &*found;
}

bool is_value(const std::string& text, std::string_view wanted) {
  return wanted == "#" ? !text.empty() && text.find_first_not_of("0123456789") == std::string::npos
                       : text == wanted;
}

/// What makes a need fail: the present values of all that it names; empty where it holds.
std::string failure(const std::string& need, const Options& given) {
  std::vector<std::string> values;
  for (const Condition& condition : conditions_of(need)) {
    const Option* other = find_or_null(given, condition.name);
    if (other == nullptr) {
      continue;
    }
    const std::string value = option_text(*other);
    if (is_value(value, condition.value) == condition.equal) {
      return "";
    }
    const std::string name = "--" + other->name;
    const std::string here = value.empty() ? "no " + name : name + " " + value;
    if (std::ranges::find(values, here) == values.end()) {
      values.push_back(here);
    }
  }
  return join(values, ", ");
}

}  // namespace

void require_effect(const Options& given, const Options& standard) {
  for (const Option& option : given) {
    const Option* usual = find_or_null(standard, option.name);
    const std::string value = option_text(option);
    if (usual != nullptr && value == option_text(*usual)) {
      continue;
    }
    for (const std::string& need : option.needs) {
      const std::string because = failure(need, given);
      if (!because.empty()) {
        throw UsageError({.what = "an option has no effect",
                          .found = "--" + option.name + " " + value + " with " + because,
                          .hint = "leave out --" + option.name + ", or change the other"});
      }
    }
  }
}

void set_option(const Option& option, std::string_view text) {
  std::visit(Setter{option, text}, option.target);
}

std::string option_text(const Option& option) { return std::visit(Printer{option}, option.target); }

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
