#include "data/io/annotations.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <unordered_set>

#include "base/error.hpp"
#include "base/nearest_hint.hpp"
#include "base/text.hpp"
#include "data/io/file_kind.hpp"
#include "data/io/name_match.hpp"
#include "data/io/read.hpp"
#include "data/io/text_values.hpp"

namespace mixvae {
namespace {

std::string examples(const std::vector<std::string>& names) {
  return join(first_n(names, 3), ", ") + (names.size() > 3 ? ", ..." : "");
}

[[noreturn]] void refuse(const Dataset& dataset, const std::vector<std::string>& keys,
                         const std::string& what, const std::string& file) {
  const bool as_many = static_cast<Index>(keys.size()) == dataset.cell_count();
  throw InputError(
      {.what = what,
       .where = file,
       .found = with_commas(static_cast<Index>(keys.size())) + " rows (" + examples(keys) + "), " +
                with_commas(dataset.cell_count()) + " cells (" + examples(dataset.cells.names) +
                ")",
       .expected = "the names of the cells in one column, or one row per cell",
       .hint =
           std::string("name the column that holds the cells' names: --annotations FILE:KEY") +
           (as_many ? "; if the rows are in the order of the cells: --annotations FILE:row" : "")});
}

std::string column_name(const TextTable& table, std::size_t column) {
  return table.header[column].empty() ? "column " + std::to_string(column + 1)
                                      : table.header[column];
}

std::size_t key_column(const TextTable& table, const std::string& key, const std::string& file) {
  const auto found = std::ranges::find(table.header, key);
  if (found == table.header.end()) {
    throw InputError({.what = "there is no column '" + key + "'",
                      .where = file,
                      .found = "columns: " + join(first_n(table.header, 12), ", "),
                      .hint = nearest_hint(key, table.header, 3, "nearest names: ")});
  }
  return static_cast<std::size_t>(found - table.header.begin());
}

/// Annotations that the cells and the table have under one name, other than the column `names`.
std::vector<std::size_t> shared_columns(const Dataset& dataset, const TextTable& table,
                                        std::size_t names) {
  std::vector<std::size_t> shared;
  for (std::size_t c = 0; c < table.header.size(); ++c) {
    if (c != names && dataset.cells.find(table.header[c]) != nullptr) {
      shared.push_back(c);
    }
  }
  return shared;
}

/// Names that are repeated, each with the label of a column that both sides have.
std::optional<Match> match_with_label(const Dataset& dataset, const TextTable& table,
                                      std::size_t column, Index least) {
  for (const std::size_t shared : shared_columns(dataset, table, column)) {
    const Categorical labels = as_labels(*dataset.cells.find(table.header[shared]));
    std::vector<std::string> cells = dataset.cells.names;
    for (std::size_t c = 0; c < cells.size(); ++c) {
      cells[c].append(1, '\n').append(labels.label(static_cast<Index>(c)));
    }
    std::vector<std::string> keys = table.columns[column];
    for (std::size_t r = 0; r < keys.size(); ++r) {
      keys[r].append(1, '\n').append(table.columns[shared][r]);
    }
    auto match = match_names(cells, keys, least);
    if (match && match->repeated.empty() && match->rule.empty()) {
      match->rule = "together with '" + table.header[shared] + "'";
      return match;
    }
  }
  return std::nullopt;
}

/// Throws InputError when names of the match are repeated and no label tells them apart.
std::optional<Match> require_unambiguous(std::optional<Match> match, const Dataset& dataset,
                                         const TextTable& table, std::size_t column, Index least,
                                         const std::string& file) {
  if (!match || match->repeated.empty()) {
    return match;
  }
  if (auto together = match_with_label(dataset, table, column, least)) {
    return together;
  }
  const auto in_cells = std::ranges::count(dataset.cells.names, match->repeated);
  const auto in_rows = std::ranges::count(table.columns[column], match->repeated);
  refuse(dataset, table.columns[column],
         in_cells == 1
             ? "values of column '" + column_name(table, column) + "' are repeated, such as '" +
                   match->repeated + "' in " + std::to_string(in_rows) + " rows"
             : "names are repeated: '" + match->repeated + "' stands for " +
                   std::to_string(in_cells) + " cells and in " + std::to_string(in_rows) + " rows",
         file);
}

/// Half of the cells or rows, whichever are fewer.
Index enough(const Dataset& dataset, const TextTable& table) {
  return std::max<Index>(1, (std::min(dataset.cell_count(), table.rows()) + 1) / 2);
}

bool has_repeats(const std::vector<std::string>& texts) {
  return std::unordered_set<std::string_view>(texts.begin(), texts.end()).size() < texts.size();
}

Match match_by_key(const Dataset& dataset, const TextTable& table, std::size_t column,
                   const std::string& file) {
  const auto& keys = table.columns[column];
  std::optional<Match> match = match_names(dataset.cells.names, keys, enough(dataset, table));
  if (!match) {
    match = match_exactly(dataset.cells.names, keys, 1);
  }
  match = require_unambiguous(std::move(match), dataset, table, column, 1, file);
  if (!match) {
    if (has_repeats(keys)) {
      refuse(dataset, keys, "values of column '" + table.header[column] + "' are repeated", file);
    }
    refuse(dataset, keys, "no cell's name stands in column '" + table.header[column] + "'", file);
  }
  return *std::move(match);
}

/// The column of names, the first one before others, and what it matches; no match when the cells
/// or the rows have no names.
struct FoundNames {
  std::size_t column = 0;
  std::optional<Match> match;
};

FoundNames match_by_any_column(const Dataset& dataset, const TextTable& table,
                               const std::string& file) {
  if (dataset.source.cells_unnamed) {
    return {};
  }
  const Index least = enough(dataset, table);
  for (const auto match : {match_exactly, match_names}) {
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const auto& keys = table.columns[c];
      if (match == match_names && has_repeats(keys)) {
        continue;  // the rules need names that differ
      }
      if (auto found = match(dataset.cells.names, keys, least)) {
        return {c, require_unambiguous(std::move(found), dataset, table, c, least, file)};
      }
    }
  }
  return {};
}

/// 0, 1, 2, ... or 1, 2, 3, ...: numbers of rows, no names.
bool are_row_numbers(const std::vector<std::string>& texts) {
  const double start = texts.empty() ? -1 : number_of(texts.front()).value_or(-1);
  for (std::size_t r = 0; r < texts.size(); ++r) {
    if (number_of(texts[r]) != start + static_cast<double>(r)) {
      return false;
    }
  }
  return start == 0 || start == 1;
}

/// By an annotation that the cells have already, such as the file they come from.
Match match_by_column(const Dataset& dataset, const TextTable& table, std::size_t column,
                      const std::string& file) {
  const auto& keys = table.columns[column];
  const Categorical labels = as_labels(require_column(dataset.cells, table.header[column], file));
  const bool repeated = has_repeats(keys);
  const auto by_label = match_exactly(labels.categories, keys, 1);
  Match match;
  for (const std::int32_t code : labels.codes) {
    match.rows.push_back(code < 0 || !by_label ? -1
                                               : by_label->rows[static_cast<std::size_t>(code)]);
    match.found += match.rows.back() < 0 ? 0 : 1;
  }
  if (repeated || match.found == 0) {
    throw InputError({.what = repeated
                                  ? "values of column '" + table.header[column] + "' are repeated"
                                  : "no value of the cells' '" + table.header[column] +
                                        "' stands in the column of that name",
                      .where = file,
                      .found = examples(keys),
                      .expected = "one row for each of " + examples(labels.categories)});
  }
  return match;
}

Match match_by_position(const Dataset& dataset, const TextTable& table, const std::string& file) {
  if (table.rows() != dataset.cell_count()) {
    refuse(dataset, table.columns.front(),
           "the annotations fit the cells neither by name nor by row", file);
  }
  Match match;
  for (Index r = 0; r < table.rows(); ++r) {
    match.rows.push_back(r);
  }
  match.found = table.rows();
  return match;
}

/// Adds every column but the one that holds the cells' names.
void add_columns(Dataset& dataset, const TextTable& table, const Match& match,
                 std::optional<std::size_t> names) {
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (c == names) {
      continue;
    }
    std::vector<std::string> texts;
    texts.reserve(match.rows.size());
    for (const Index r : match.rows) {
      texts.push_back(r < 0 ? "" : table.columns[c][static_cast<std::size_t>(r)]);
    }
    const std::string name = column_name(table, c);
    if (dataset.cells.find(name) != nullptr) {
      dataset.source.notes.push_back("The annotation '" + name +
                                     "' was replaced by the one from the second file.");
    }
    dataset.cells.set({name, typed_column(texts)});
  }
}

std::string note(const Dataset& dataset, const Match& match, const std::string& manner,
                 const std::string& file) {
  std::string text = "Annotations from " + file + " were joined " + manner;
  if (match.found < dataset.cell_count()) {
    text += "; " + with_commas(dataset.cell_count() - match.found) + " of " +
            with_commas(dataset.cell_count()) + " cells have none";
  }
  return text + ".";
}

/// Names and annotations of a data set's cells as texts.
TextTable as_text(const Table& cells) {
  TextTable table;
  table.first_is_names = true;
  table.header.emplace_back();
  table.columns.push_back(cells.names);
  for (const Column& column : cells.columns) {
    const Categorical labels = as_labels(column);
    table.header.push_back(column.name);
    auto& texts = table.columns.emplace_back();
    for (Index r = 0; r < cells.rows(); ++r) {
      texts.emplace_back(labels.label(r));
    }
  }
  return table;
}

TextTable read_annotations(const std::string& file, char decimal) {
  if (file_kind(file) == FileKind::text) {
    return read_text_table(file, decimal);
  }
  const Dataset other = read_dataset(file);
  TextTable table = as_text(other.cells);
  table.first_is_names = !other.source.cells_unnamed;
  return table;
}

/// A table that has no header, but one value per cell, whose first row was taken for the header.
TextTable with_header_as_row(TextTable table) {
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    table.columns[c].insert(table.columns[c].begin(), table.header[c]);
    table.header[c] = "column " + std::to_string(c + 1);
  }
  return table;
}

/// The header holds the name of a cell, or as many rows as there are cells but one follow it, and
/// its texts stand in them too.
bool header_is_row(const Dataset& dataset, const TextTable& table) {
  if (!dataset.source.cells_unnamed && table.columns.size() > 1 &&
      std::ranges::find(dataset.cells.names, table.header.front()) != dataset.cells.names.end()) {
    return true;
  }
  if (table.rows() + 1 != dataset.cell_count()) {
    return false;
  }
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (std::ranges::find(table.columns[c], table.header[c]) == table.columns[c].end()) {
      return false;
    }
  }
  return true;
}

}  // namespace

void join_annotations(Dataset& dataset, const TextTable& table, const std::string& key,
                      const std::string& file) {
  std::optional<std::size_t> names;
  std::optional<Match> match;
  std::string manner = "by row";
  if (key == "row") {
    manner += ", as asked";
  } else if (!key.empty()) {
    names = key_column(table, key, file);
    const bool by_column = dataset.cells.find(key) != nullptr;
    match = by_column ? match_by_column(dataset, table, *names, file)
                      : match_by_key(dataset, table, *names, file);
    manner = by_column ? "by '" + key + "'" : "by name";
  } else if (FoundNames found = match_by_any_column(dataset, table, file); found.match) {
    match = std::move(found.match);
    names = found.column;
    manner = "by name";
  } else {
    const bool numbered = are_row_numbers(table.columns.front());
    if (!dataset.source.cells_unnamed && table.first_is_names && !numbered) {
      refuse(dataset, table.columns.front(), "the annotations' names are not those of the cells",
             file);
    }
    manner += dataset.source.cells_unnamed ? ": the cells have no names"
                                           : ": the annotations have no names";
    if (table.header.front().empty() || (table.columns.size() > 1 && numbered)) {
      names = 0;
    }
  }
  if (match && !match->rule.empty()) {
    manner += "; " + match->rule;
  }
  if (!match) {
    match = match_by_position(dataset, table, file);
  }
  add_columns(dataset, table, *match, names);
  dataset.source.notes.push_back(note(dataset, *match, manner, file));
}

AnnotationFile annotation_file(const std::string& file_and_key) {
  const std::size_t colon = file_and_key.rfind(':');
  if (std::filesystem::exists(file_and_key) || colon == std::string::npos) {
    return {file_and_key, ""};
  }
  return {file_and_key.substr(0, colon), file_and_key.substr(colon + 1)};
}

void join_annotation_file(Dataset& dataset, const std::string& file_and_key, char decimal) {
  const auto [file, key] = annotation_file(file_and_key);
  TextTable table = read_annotations(file, decimal);
  if ((key.empty() || key == "row") && header_is_row(dataset, table)) {
    table = with_header_as_row(std::move(table));
    dataset.source.notes.push_back(file + " has no header; its columns are called 'column 1', ...");
  }
  join_annotations(dataset, table, key, file);
}

}  // namespace mixvae
