#include "data/io/csv.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/csv_layout.hpp"
#include "data/io/delimited.hpp"
#include "data/io/orientation.hpp"
#include "data/io/text_values.hpp"
#include "data/row_builder.hpp"

namespace mixvae {
namespace {

using Field = CsvLayout::Field;

constexpr std::size_t kSampleRecords = 100;
constexpr std::size_t kSampleFields = 1000000;

/// A text table at its start: layout recognised, the sampled records still to be consumed.
struct OpenTable {
  explicit OpenTable(const std::string& path);

  DelimitedReader reader;
  CsvLayout layout;
  std::vector<std::pair<Index, TextRecord>> sample;  // line and fields
};

OpenTable::OpenTable(const std::string& path) : reader(path) {
  const auto copy_record = [this] {
    return TextRecord(reader.fields().begin(), reader.fields().end());
  };
  if (!reader.next()) {
    throw InputError({.what = "the table is empty", .where = path});
  }
  const TextRecord first = copy_record();
  const Index first_line = reader.line();
  std::vector<TextRecord> following;
  std::size_t fields = 0;
  while (sample.size() < kSampleRecords && fields < kSampleFields && reader.next()) {
    following.push_back(copy_record());
    sample.emplace_back(reader.line(), following.back());
    fields += following.back().size();
  }
  layout = recognise_layout(first, following);
  if (!layout.has_header) {
    sample.emplace(sample.begin(), first_line, first);
  }
}

void require_width(const std::string& path, Index line, std::size_t found, std::size_t expected) {
  if (found != expected) {
    throw InputError({.what = "a row has the wrong number of fields",
                      .where = path + ", line " + std::to_string(line),
                      .found = std::to_string(found) + " fields",
                      .expected = std::to_string(expected) + ", as in the first row"});
  }
}

/// Calls consume(line, fields) for every record; all are of the layout's width.
template <class Consume>
void for_each_record(OpenTable& table, const std::string& path, Consume consume) {
  const std::size_t width = table.layout.fields.size();
  for (const auto& [line, record] : table.sample) {
    require_width(path, line, record.size(), width);
    consume(line, std::vector<std::string_view>(record.begin(), record.end()));
  }
  while (table.reader.next()) {
    require_width(path, table.reader.line(), table.reader.fields().size(), width);
    consume(table.reader.line(), table.reader.fields());
  }
}

/// Sorts the fields of the records into row names, numbers and texts.
class MatrixCollector {
 public:
  MatrixCollector(const std::string& path, const CsvLayout& layout)
      : path_(path),
        layout_(layout),
        row_(static_cast<std::size_t>(std::ranges::count(layout.fields, Field::number))),
        builder_(static_cast<Index>(row_.size())),
        texts_(static_cast<std::size_t>(std::ranges::count(layout.fields, Field::text))) {}

  void consume(Index line, const std::vector<std::string_view>& fields) {
    std::size_t number = 0;
    std::size_t text = 0;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (layout_.fields[i] == Field::number) {
        row_[number++] = parse(line, i, fields[i]);
      } else if (layout_.fields[i] == Field::text) {
        texts_[text++].emplace_back(trimmed(fields[i]));
      } else {
        names_.emplace_back(trimmed(fields[i]));
      }
    }
    builder_.append(row_);
  }

  RowBuilder& builder() { return builder_; }
  std::vector<std::string>& row_names() { return names_; }

  /// Headers of the fields of one kind.
  std::vector<std::string> headers(Field kind) const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < layout_.fields.size(); ++i) {
      if (layout_.fields[i] == kind) {
        names.emplace_back(trimmed(layout_.header[i]));
      }
    }
    return names;
  }

  void add_annotations(Table& table) const {
    const std::vector<std::string> names = headers(Field::text);
    for (std::size_t i = 0; i < names.size(); ++i) {
      table.set({names[i], typed_column(texts_[i])});
    }
  }

 private:
  float parse(Index line, std::size_t field, std::string_view text) const {
    const std::optional<double> value = number_of(text);
    if (!value) {
      throw InputError(
          {.what = "this is not a number",
           .where = path_ + ", line " + std::to_string(line) + ", column '" +
                    layout_.header[field] + "'",
           .found = "'" + std::string(text.substr(0, 40)) + "'",
           .expected = "a number, or NA",
           .hint = "a column is read as an annotation only when its first rows all hold text"});
    }
    return static_cast<float>(*value);
  }

  const std::string& path_;
  const CsvLayout& layout_;
  std::vector<float> row_;
  RowBuilder builder_;
  std::vector<std::string> names_;
  std::vector<std::vector<std::string>> texts_;
};

void require_matrix(const std::string& path, const CsvLayout& layout, Index rows) {
  if (rows == 0) {
    throw InputError({.what = "the table has a header and no rows", .where = path});
  }
  if (std::ranges::count(layout.fields, Field::number) == 0) {
    const bool commas = std::ranges::any_of(
        layout.header, [](const std::string& name) { return name.find(';') != name.npos; });
    throw InputError(
        {.what = "the table has no column of numbers",
         .where = path,
         .found = std::to_string(layout.header.size()) +
                  " columns: " + join(first_n(layout.header, 8), ", "),
         .hint = commas ? "is ';' the delimiter in all rows?" : "decimal points are '.', not ','"});
  }
}

Orientation chosen_orientation(std::string_view wanted, const CsvLayout& layout,
                               const std::vector<std::string>& row_names,
                               const std::vector<std::string>& columns) {
  if (wanted == "auto") {
    return guess_orientation(layout.corner, row_names, columns);
  }
  return {wanted == "cells-in-rows", "as --orientation says"};
}

void note_repeated(Dataset& dataset, const std::vector<std::string>& names, std::string_view what) {
  const std::unordered_set<std::string_view> distinct(names.begin(), names.end());
  if (distinct.size() < names.size()) {
    dataset.source.notes.push_back(std::to_string(names.size() - distinct.size()) + " of " +
                                   std::to_string(names.size()) + " " + std::string(what) +
                                   " names are repeated.");
  }
}

void name_rows(Table& table, std::vector<std::string> names, std::string_view prefix, Index count,
               bool& unnamed) {
  unnamed = names.empty();
  table.names = unnamed ? numbered_names(prefix, count) : std::move(names);
}

Dataset assemble(MatrixCollector& collector, const CsvLayout& layout,
                 std::string_view orientation) {
  Dataset dataset;
  dataset.source.format = "csv";
  std::vector<std::string> columns = collector.headers(Field::number);
  const Orientation chosen =
      chosen_orientation(orientation, layout, collector.row_names(), columns);
  const Index rows = collector.builder().rows();
  Table& row_table = chosen.cells_in_rows ? dataset.cells : dataset.features;
  Table& column_table = chosen.cells_in_rows ? dataset.features : dataset.cells;
  bool& rows_unnamed =
      chosen.cells_in_rows ? dataset.source.cells_unnamed : dataset.source.features_unnamed;
  bool& columns_unnamed =
      chosen.cells_in_rows ? dataset.source.features_unnamed : dataset.source.cells_unnamed;
  dataset.x =
      chosen.cells_in_rows ? collector.builder().finish() : collector.builder().finish_transposed();
  name_rows(row_table, std::move(collector.row_names()), chosen.cells_in_rows ? "C" : "F", rows,
            rows_unnamed);
  collector.add_annotations(row_table);
  const Index column_number = static_cast<Index>(columns.size());
  if (!layout.has_header) {
    columns.clear();
  }
  name_rows(column_table, std::move(columns), chosen.cells_in_rows ? "F" : "C", column_number,
            columns_unnamed);
  dataset.source.notes.push_back(std::string("The table was read with cells in its ") +
                                 (chosen.cells_in_rows ? "rows" : "columns") + ": " +
                                 chosen.reason + ".");
  note_repeated(dataset, dataset.features.names, "feature");
  note_repeated(dataset, dataset.cells.names, "cell");
  return dataset;
}

}  // namespace

TextTable read_text_table(const std::string& path) {
  OpenTable open(path);
  TextTable table;
  table.header = open.layout.header;
  table.first_is_names = open.layout.has_row_names();
  table.columns.resize(table.header.size());
  for_each_record(open, path, [&](Index, const std::vector<std::string_view>& fields) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      table.columns[i].emplace_back(trimmed(fields[i]));
    }
  });
  return table;
}

Dataset read_csv(const std::string& path, std::string_view orientation) {
  OpenTable open(path);
  MatrixCollector collector(path, open.layout);
  for_each_record(open, path, [&](Index line, const std::vector<std::string_view>& fields) {
    collector.consume(line, fields);
  });
  require_matrix(path, open.layout, collector.builder().rows());
  Dataset dataset = assemble(collector, open.layout, orientation);
  dataset.source.path = path;
  return dataset;
}

}  // namespace mixvae
