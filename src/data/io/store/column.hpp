#pragma once

#include <optional>

#include "data/io/store/group.hpp"
#include "data/table.hpp"

namespace mixvae::store {

/// One sentence each about what was skipped or assumed.
using Notes = std::vector<std::string>;

/// The values of a stored one-dimensional array: texts, numbers, whole numbers or truth values.
/// Nothing for other kinds and ranks.
std::optional<ColumnValues> array_values(const Array& array);

/// Any column values as texts, one per row (names of rows, labels of categories).
std::vector<std::string> as_texts(const ColumnValues& values);

/// Codes and category names as a categorical; codes below 0 are missing. Throws InputError naming
/// `where` for a code beyond the categories.
Categorical make_categorical(const std::vector<std::int64_t>& codes,
                             std::vector<std::string> categories, bool ordered,
                             const std::string& where);

/// One column of a data frame in any encoding: arrays, categorical (group or array with a reference
/// to its categories), nullable integers, truth values and texts. Nothing, and a note, for what has
/// no meaning as a column.
std::optional<Column> read_column(const Group& frame, const std::string& name, Notes& notes);

}  // namespace mixvae::store
