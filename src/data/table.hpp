#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "data/matrix.hpp"

namespace mixvae {

/// A column of labels: codes index into categories, -1 is missing.
struct Categorical {
  std::vector<std::string> categories;
  std::vector<std::int32_t> codes;
  bool ordered = false;

  /// Builds one from plain labels; categories in order of natural sorting (T2 before T10). Empty
  /// strings stay a category.
  static Categorical from_labels(std::span<const std::string> labels);
  /// The label of one row; empty for a missing one.
  std::string_view label(Index row) const;
};

/// As from_labels, but empty strings are missing (code -1).
Categorical labels_with_missing(std::span<const std::string> texts);

/// A column of any kind. Missing numbers are NaN; integers and truth values with missing entries
/// are read as numbers with NaN.
using ColumnValues = std::variant<Categorical, std::vector<std::string>, std::vector<double>,
                                  std::vector<std::int64_t>, std::vector<bool>>;

struct Column {
  std::string name;
  ColumnValues values;

  Index size() const;
};

/// Annotations of cells or features: a name per row, any number of columns of that length, in file
/// order.
struct Table {
  std::vector<std::string> names;
  std::vector<Column> columns;

  Index rows() const { return static_cast<Index>(names.size()); }
  /// The column of that name, or null.
  const Column* find(std::string_view name) const;
  /// Adds or replaces a column. Throws Bug when its length differs from rows().
  void set(Column column);
};

/// The column of that name. Throws InputError naming `where` (a file) and the nearest column names
/// when there is none.
const Column& require_column(const Table& table, std::string_view name, std::string_view where);

/// Any column as labels: categoricals as they are; strings, integers and truth values by their
/// text; whole numbers without a decimal point ("3"), other numbers in shortest form; NaN is
/// missing.
Categorical as_labels(const Column& column);

/// A numeric column as doubles; nothing when the column holds text.
std::optional<std::vector<double>> as_numbers(const Column& column);

/// The chosen rows of a table, in the given order.
Table select_rows(const Table& table, std::span<const Index> rows);

/// "1", "2", ... with a prefix: names for rows that have none.
std::vector<std::string> numbered_names(std::string_view prefix, Index count);

}  // namespace mixvae
