#include "data/io/store/frame.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace mixvae::store {
namespace {

constexpr double kLargestWholeCode = 9007199254740992.0;  // 2^53: doubles count exactly up to here

void require_column_length(Index length, Index rows, const std::string& where) {
  if (length != rows) {
    throw InputError({.what = "a column differs in length from its table",
                      .where = where,
                      .found = std::to_string(length) + " values",
                      .expected = std::to_string(rows) + ", one per row"});
  }
}

std::vector<std::string> read_row_names(const Group& frame, const std::string& index,
                                        Notes& notes) {
  auto column = read_column(frame, index, notes);
  if (!column) {
    throw InputError({.what = "the names of the rows are of a kind that is not read",
                      .where = frame.where(),
                      .found = frame.has_group(index)
                                   ? "encoding '" + frame.open_group(index)->encoding() + "'"
                                   : shape_text(frame.open_array(index)->shape()),
                      .expected = "a one-dimensional array of texts or numbers"});
  }
  return as_texts(column->values);
}

/// Rows of a frame without an index: the length of its first readable column.
std::vector<std::string> made_up_names(const Group& frame, Notes& notes) {
  for (const std::string& name : column_order(frame)) {
    if (const auto column = read_column(frame, name, notes)) {
      return numbered_names(frame.path().ends_with("obs") ? "C" : "F", column->size());
    }
  }
  throw InputError({.what = "the table has neither names of rows nor columns",
                    .where = frame.where(),
                    .expected = "an attribute '_index' that names the column with the names"});
}

Table read_group_frame(const Group& frame, Notes& notes) {
  const std::string encoding = frame.encoding();
  if (!encoding.empty() && encoding != "dataframe" && encoding != "dict") {
    throw InputError({.what = "a table in an unknown encoding",
                      .where = frame.where(),
                      .found = "encoding '" + encoding + "'",
                      .expected = "'dataframe'"});
  }
  Table table;
  const std::string index = index_name(frame);
  table.names = index.empty() ? made_up_names(frame, notes) : read_row_names(frame, index, notes);
  for (const std::string& name : column_order(frame)) {
    auto column = read_column(frame, name, notes);
    if (column) {
      require_column_length(column->size(), table.rows(),
                            frame.where() + ", column '" + name + "'");
      table.columns.push_back(std::move(*column));
    }
  }
  return table;
}

/// Numbers that were stored as integers stay integers.
ColumnValues field_values(const Array& records, const Field& field) {
  if (field.kind == Kind::text) {
    return records.field_texts(field);
  }
  std::vector<double> numbers = records.field_numbers(field);
  if (field.kind == Kind::truth) {
    return std::vector<bool>(numbers.begin(), numbers.end());
  }
  const bool exact = std::ranges::all_of(
      numbers, [](double value) { return std::abs(value) <= kLargestWholeCode; });
  if (field.kind == Kind::integer && exact) {
    return std::vector<std::int64_t>(numbers.begin(), numbers.end());
  }
  return numbers;
}

ColumnValues with_old_categories(const Group& root, const std::string& name,
                                 const std::string& where, ColumnValues values) {
  const auto* codes = std::get_if<std::vector<std::int64_t>>(&values);
  const auto categories = codes != nullptr ? categories_in_uns(root, name) : std::nullopt;
  const auto fits = [&](std::int64_t code) {
    return code < static_cast<std::int64_t>(categories->size());
  };
  if (!categories || !std::ranges::all_of(*codes, fits)) {
    return values;
  }
  return make_categorical(*codes, *categories, false, where);
}

Table read_records(const Group& root, const Array& records, Notes& notes) {
  Table table;
  const std::vector<Field> fields = records.fields();
  if (fields.empty() || records.shape().size() != 1) {
    throw InputError({.what = "a table of a kind that is not read",
                      .where = records.where(),
                      .found = describe(records.kind()) + ", " + shape_text(records.shape()),
                      .expected = "a group, or a one-dimensional array of records"});
  }
  table.names = as_texts(field_values(records, fields.front()));
  for (std::size_t i = 1; i < fields.size(); ++i) {
    const Field& field = fields[i];
    const bool readable = field.width == 1 && field.kind <= Kind::text;
    if (!readable) {
      notes.push_back("'" + records.path() + "', column '" + field.name +
                      "' was skipped: " + describe(field.kind));
      continue;
    }
    table.columns.push_back({field.name, with_old_categories(root, field.name, records.where(),
                                                             field_values(records, field))});
  }
  return table;
}

}  // namespace

std::string index_name(const Group& frame) {
  const std::string named = frame.text_attribute("_index");
  for (const std::string& name : {named, std::string("_index"), std::string("index")}) {
    if (frame.member(name) != Member::absent) {
      return name;
    }
  }
  return {};
}

std::vector<std::string> column_order(const Group& frame) {
  if (frame.has_attribute("column-order")) {
    return frame.texts_attribute("column-order");
  }
  std::vector<std::string> names = frame.names();
  const std::string index = index_name(frame);
  std::erase_if(names,
                [&](const std::string& name) { return name == index || name == "__categories"; });
  return names;
}

std::optional<std::vector<std::string>> categories_in_uns(const Group& root,
                                                          const std::string& column) {
  const std::string name = "uns/" + column + "_categories";
  if (column.find('/') != std::string::npos || !root.has_array(name)) {
    return std::nullopt;
  }
  const auto array = root.open_array(name);
  if (array->kind() == Kind::text && array->shape().size() <= 1) {
    return array->texts();
  }
  const auto values = array_values(*array);
  return values ? std::optional(as_texts(*values)) : std::nullopt;
}

void note_repeated_names(const std::vector<std::string>& names, const std::string& what,
                         Notes& notes) {
  std::vector<std::string> sorted = names;
  std::ranges::sort(sorted);
  const auto first = std::ranges::adjacent_find(sorted);
  if (first == sorted.end()) {
    return;
  }
  std::vector<std::string> distinct = sorted;
  distinct.erase(std::ranges::unique(distinct).begin(), distinct.end());
  notes.push_back(std::to_string(sorted.size() - distinct.size()) + " " + what +
                  " repeat (the first is '" + *first + "'); all are kept");
}

bool lacks_row_names(const Group& root, const std::string& name) {
  return root.has_group(name) && index_name(*root.open_group(name)).empty();
}

Index frame_length(const Group& root, const std::string& name) {
  if (!root.has_group(name)) {
    return root.open_array(name)->size();
  }
  const auto frame = root.open_group(name);
  std::string column = index_name(*frame);
  const std::vector<std::string> columns = column_order(*frame);
  if (column.empty() && !columns.empty()) {
    column = columns.front();
  }
  for (const char* part : {"/codes", "/values"}) {
    if (frame->has_array(column + part)) {
      return frame->open_array(column + part)->size();
    }
  }
  return frame->open_array(column)->size();
}

void number_unnamed(Dataset& dataset) {
  if (dataset.cells.names.empty()) {
    dataset.cells.names = numbered_names("C", dataset.cell_count());
    dataset.source.cells_unnamed = true;
  }
  if (dataset.features.names.empty()) {
    dataset.features.names = numbered_names("F", dataset.feature_count());
    dataset.source.features_unnamed = true;
  }
}

Table read_frame(const Group& root, const std::string& name, Notes& notes) {
  Table table = root.has_group(name) ? read_group_frame(*root.open_group(name), notes)
                                     : read_records(root, *root.open_array(name), notes);
  note_repeated_names(table.names, "names in '" + name + "'", notes);
  return table;
}

}  // namespace mixvae::store
