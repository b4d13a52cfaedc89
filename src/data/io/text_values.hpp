#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/table.hpp"

namespace mixvae {

/// True for the words that stand for a missing value: nothing, NA, N/A, NaN, nan, null, NULL, None.
bool is_missing(std::string_view text);

/// The number that the whole text spells ("3", "-0.5", "+1e-7", "inf"; blanks around it are
/// allowed); NaN where the text is missing; nothing for any other text.
std::optional<double> number_of(std::string_view text);

/// The text of a number with a decimal comma ("3,5", "-,5", "1,2e-3") with a point in its place;
/// nothing for any other text.
std::optional<std::string> with_decimal_point(std::string_view text);

/// True for whole numbers with commas between groups of three digits ("1,234", "1,234,567").
bool has_thousands_commas(std::string_view text);

/// A column from texts: truth values or integers when every text is one, numbers when every text is
/// one or missing (NaN); otherwise labels (missing: code -1), or plain strings when more than half
/// of them are distinct.
ColumnValues typed_column(const std::vector<std::string>& texts);

}  // namespace mixvae
