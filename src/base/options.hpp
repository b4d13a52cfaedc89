#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mixvae {

/// A field of an enumeration whose values count from 0; an option's choices are its words, in the
/// order of the values.
struct WordTarget {
  std::function<std::size_t()> get;
  std::function<void(std::size_t)> set;
};

template <class Enumeration>
WordTarget word(Enumeration& field) {
  return {[&field] { return static_cast<std::size_t>(field); },
          [&field](std::size_t value) { field = static_cast<Enumeration>(value); }};
}

/// The field of an option struct that an option sets. An empty optional means "auto": a rule
/// computed from the data.
using OptionTarget =
    std::variant<bool*, std::int64_t*, double*, std::string*, std::optional<std::int64_t>*,
                 std::optional<double>*, std::vector<std::string>*, WordTarget>;

/// One option, described once: command line, TOML, help, reference documentation and Python
/// arguments come from this.
struct Option {
  std::string name =
      {};  // "input-dropout": --input-dropout on the command line, input-dropout in TOML
  OptionTarget target = {};
  std::string meaning =
      {};  // one sentence with meaning, unit and effect; for "auto" the rule behind it
  double minimum = -std::numeric_limits<double>::infinity();
  double maximum = std::numeric_limits<double>::infinity();
  std::vector<std::string> choices = {};  // the allowed words of a text option; empty: any text
  std::string placeholder =
      {};  // stands for the value in help: "FILE", "COLUMN"; empty: by the kind of value
  /// Without which the option has no effect: all of "NAME=VALUE" or "NAME!=VALUE", each of which
  /// may be several such, of which one must hold, with | between:
  /// "similarity=knn|similarity=distance". An empty VALUE is an empty text, # any
  /// whole number. Options that are not there are passed over; where none is there, the need holds.
  std::vector<std::string> needs = {};
};

/// The described fields of one struct, bound to one object of it. By convention each option struct
/// X has a free function `std::vector<Option> options(X&)` beside it.
using Options = std::vector<Option>;

/// Sets the option from text ("3", "0.5", "true", "auto", "a,b"). Throws UsageError naming option,
/// text and what is allowed.
void set_option(const Option& option, std::string_view text);

/// The option's present value as text, in the form that set_option reads ("auto" for an empty
/// optional).
std::string option_text(const Option& option);

/// What may be given, for people: "true|false", "integer >= 1", "number in [0, 1)",
/// "none|noise|thin", "integer >= 1 or auto".
std::string option_range(const Option& option);

/// Throws UsageError for the first option of another value than in `standard` that has no effect
/// because another option is not as it needs.
void require_effect(const Options& given, const Options& standard);

/// The option of that name. Throws UsageError with the nearest names when there is none.
const Option& find_option(const Options& options, std::string_view name);

}  // namespace mixvae
