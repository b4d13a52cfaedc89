#include "data/io/annotations.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <unordered_map>

#include "base/error.hpp"
#include "base/nearest_hint.hpp"
#include "base/text.hpp"
#include "data/io/file_kind.hpp"
#include "data/io/read.hpp"
#include "data/io/text_values.hpp"

namespace mixvae {
namespace {

/// Which row of the table belongs to each cell; -1: none.
struct Match {
  std::vector<Index> rows;
  Index found = 0;
};

/// Nothing when a key stands in two rows.
std::optional<Match> match_names(const std::vector<std::string>& keys,
                                 const std::vector<std::string>& names) {
  std::unordered_map<std::string_view, Index> row_of;
  for (std::size_t r = 0; r < keys.size(); ++r) {
    if (!row_of.emplace(keys[r], static_cast<Index>(r)).second) {
      return std::nullopt;
    }
  }
  Match match;
  for (const std::string& name : names) {
    const auto found = row_of.find(name);
    match.rows.push_back(found == row_of.end() ? -1 : found->second);
    match.found += found == row_of.end() ? 0 : 1;
  }
  return match;
}

std::string examples(const std::vector<std::string>& names) {
  return join(first_n(names, 3), ", ") + (names.size() > 3 ? ", ..." : "");
}

[[noreturn]] void refuse_key(const Dataset& dataset, const std::vector<std::string>& keys,
                             const std::string& what, const std::string& file) {
  throw InputError({.what = what,
                    .where = file,
                    .found = with_commas(static_cast<Index>(keys.size())) + " rows (" +
                             examples(keys) + "), " + with_commas(dataset.cell_count()) +
                             " cells (" + examples(dataset.cells.names) + ")",
                    .expected = "the names of the cells in one column, or one row per cell",
                    .hint = "name the column that holds the cells' names: --annotations FILE:KEY"});
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

Match match_by_key(const Dataset& dataset, const TextTable& table, std::size_t column,
                   const std::string& file) {
  const auto& keys = table.columns[column];
  std::optional<Match> match = match_names(keys, dataset.cells.names);
  if (!match) {
    refuse_key(dataset, keys, "values of column '" + table.header[column] + "' are repeated", file);
  }
  if (match->found == 0) {
    refuse_key(dataset, keys, "no cell's name stands in column '" + table.header[column] + "'",
               file);
  }
  return *std::move(match);
}

/// By the first column, if enough of it are names of cells.
std::optional<Match> match_by_first_column(const Dataset& dataset, const TextTable& table) {
  if (dataset.source.cells_unnamed) {
    return std::nullopt;
  }
  std::optional<Match> match = match_names(table.columns.front(), dataset.cells.names);
  if (match && 2 * match->found < std::min(dataset.cell_count(), table.rows())) {
    return std::nullopt;
  }
  return match;
}

/// By an annotation that the cells have already, such as the file they come from.
Match match_by_column(const Dataset& dataset, const TextTable& table, std::size_t column,
                      const std::string& file) {
  const auto& keys = table.columns[column];
  const Categorical labels = as_labels(require_column(dataset.cells, table.header[column], file));
  std::vector<std::string> names;
  for (Index cell = 0; cell < dataset.cell_count(); ++cell) {
    names.emplace_back(labels.label(cell));
  }
  std::optional<Match> match = match_names(keys, names);
  if (!match || match->found == 0) {
    throw InputError({.what = match
                                  ? "no value of the cells' '" + table.header[column] +
                                        "' stands in the column of that name"
                                  : "values of column '" + table.header[column] + "' are repeated",
                      .where = file,
                      .found = examples(keys),
                      .expected = "one row for each of " + examples(labels.categories)});
  }
  return *std::move(match);
}

Match match_by_position(const Dataset& dataset, const TextTable& table, const std::string& file) {
  if (table.rows() != dataset.cell_count()) {
    refuse_key(dataset, table.columns.front(),
               "the annotations fit the cells neither by name nor by row", file);
  }
  Match match;
  for (Index r = 0; r < table.rows(); ++r) {
    match.rows.push_back(r);
  }
  match.found = table.rows();
  return match;
}

std::string column_name(const TextTable& table, std::size_t column) {
  return table.header[column].empty() ? "column " + std::to_string(column + 1)
                                      : table.header[column];
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

TextTable read_annotations(const std::string& file) {
  return file_kind(file) == FileKind::text ? read_text_table(file)
                                           : as_text(read_dataset(file).cells);
}

/// A table that has no header, but one value per cell, whose first row was taken for the header.
TextTable with_header_as_row(TextTable table) {
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    table.columns[c].insert(table.columns[c].begin(), table.header[c]);
    table.header[c] = "column " + std::to_string(c + 1);
  }
  return table;
}

bool header_is_row(const Dataset& dataset, const TextTable& table) {
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
  bool by_column = false;
  if (!key.empty()) {
    names = key_column(table, key, file);
    by_column = dataset.cells.find(key) != nullptr;
    match = by_column ? match_by_column(dataset, table, *names, file)
                      : match_by_key(dataset, table, *names, file);
  } else {
    match = match_by_first_column(dataset, table);
    if (match || table.header.front().empty()) {
      names = 0;
    }
  }
  const std::string manner = by_column ? "by '" + key + "'" : match ? "by name" : "by row";
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

void join_annotation_file(Dataset& dataset, const std::string& file_and_key) {
  const auto [file, key] = annotation_file(file_and_key);
  TextTable table = read_annotations(file);
  if (key.empty() && header_is_row(dataset, table)) {
    table = with_header_as_row(std::move(table));
    dataset.source.notes.push_back(file + " has no header; its columns are called 'column 1', ...");
  }
  join_annotations(dataset, table, key, file);
}

}  // namespace mixvae
