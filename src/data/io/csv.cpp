#include "data/io/csv.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/csv_layout.hpp"
#include "data/io/csv_long.hpp"
#include "data/io/delimited.hpp"
#include "data/io/orientation.hpp"
#include "data/io/text_values.hpp"
#include "data/row_builder.hpp"

namespace mixvae {
namespace {

using Field = CsvLayout::Field;

constexpr std::size_t kSampleRecords = 100;
constexpr std::size_t kSampleFields = 1000000;

/// Rows of reads that count for no gene: htseq-count's and STAR's.
constexpr std::array<std::string_view, 9> kNoGenes = {
    "__no_feature", "__ambiguous",    "__too_low_aqual", "__not_aligned", "__alignment_not_unique",
    "n_unmapped",   "n_multimapping", "n_nofeature",     "n_ambiguous"};

/// A text table at its start: layout recognised, the sampled records still to be consumed.
struct OpenTable {
  OpenTable(const std::string& path, char decimal_mark);

  /// The record that the reader stands at, numbers with decimal points.
  TextRecord record() const;
  bool is_empty_row() const {
    return std::ranges::all_of(reader.fields(), [](auto field) { return trimmed(field).empty(); });
  }

  DelimitedReader reader;
  char decimal;
  Index empty_rows = 0;
  CsvLayout layout;
  std::vector<std::pair<Index, TextRecord>> sample;  // line and fields
};

TextRecord OpenTable::record() const {
  TextRecord fields(reader.fields().begin(), reader.fields().end());
  if (decimal == ',') {
    for (std::string& field : fields) {
      field = with_decimal_point(field).value_or(std::move(field));
    }
  }
  return fields;
}

OpenTable::OpenTable(const std::string& path, char decimal_mark)
    : reader(path), decimal(decimal_mark) {
  if (!reader.next()) {
    throw InputError({.what = "the table is empty", .where = path});
  }
  const TextRecord first = record();
  const Index first_line = reader.line();
  std::vector<TextRecord> following;
  std::size_t fields = 0;
  while (sample.size() < kSampleRecords && fields < kSampleFields && reader.next()) {
    if (is_empty_row() && reader.fields().size() > 1) {
      ++empty_rows;
      continue;
    }
    following.push_back(record());
    sample.emplace_back(reader.line(), following.back());
    fields += following.back().size();
  }
  layout = recognise_layout(first, following);
  if (!layout.has_header) {
    sample.emplace(sample.begin(), first_line, first);
  }
}

/// Delimiters at the end of a row do no harm.
void require_width(const std::string& path, Index line, const std::vector<std::string_view>& fields,
                   std::size_t expected) {
  const auto surplus =
      fields.begin() + static_cast<std::ptrdiff_t>(std::min(expected, fields.size()));
  if (fields.size() < expected ||
      !std::all_of(surplus, fields.end(), [](auto field) { return trimmed(field).empty(); })) {
    throw InputError({.what = "a row has the wrong number of fields",
                      .where = path + ", line " + std::to_string(line),
                      .found = std::to_string(fields.size()) + " fields",
                      .expected = std::to_string(expected) + ", as in the first row"});
  }
}

/// Calls consume(line, fields) for every record; all are of the layout's width.
template <class Consume>
void for_each_record(OpenTable& table, const std::string& path, Consume consume) {
  const std::size_t width = table.layout.fields.size();
  const auto give = [&](Index line, std::vector<std::string_view> fields) {
    require_width(path, line, fields, width);
    fields.resize(width);
    consume(line, fields);
  };
  for (const auto& [line, record] : table.sample) {
    give(line, {record.begin(), record.end()});
  }
  while (table.reader.next()) {
    const auto& fields = table.reader.fields();
    if (table.decimal == ',') {
      const TextRecord record = table.record();
      give(table.reader.line(), {record.begin(), record.end()});
    } else if (fields.size() == width && !trimmed(fields.front()).empty()) {
      consume(table.reader.line(), fields);
    } else if (width > 1 && table.is_empty_row()) {
      ++table.empty_rows;
    } else {
      give(table.reader.line(), fields);
    }
  }
}

[[noreturn]] void refuse_decimal_comma(const std::string& path, const std::string& column,
                                       const std::string& value, bool thousands) {
  throw InputError(
      {.what = "column '" + column + "' holds numbers with commas",
       .where = path,
       .found = "'" + value + "'",
       .expected = "decimal points",
       .hint =
           thousands
               ? "--decimal , reads the comma as a decimal one; if it separates thousands, write "
                 "the table without separators"
               : "--decimal , reads decimal commas"});
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
      } else if (layout_.fields[i] == Field::row_name) {
        names_.emplace_back(trimmed(fields[i]));
      }
    }
    builder_.append(row_);
  }

  /// True, and counted, for a row whose name says that it is no gene.
  bool leaves_out(const std::vector<std::string_view>& fields) {
    const bool no_gene =
        layout_.has_row_names() && fields[layout_.names].size() > 8 &&
        std::ranges::find(kNoGenes, lower(trimmed(fields[layout_.names]))) != kNoGenes.end();
    left_out_ += no_gene ? 1 : 0;
    return no_gene;
  }
  Index left_out() const { return left_out_; }

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
    if (!value && (with_decimal_point(text) || has_thousands_commas(text))) {
      refuse_decimal_comma(path_ + ", line " + std::to_string(line), layout_.header[field],
                           std::string(trimmed(text)), has_thousands_commas(text));
    }
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
  Index left_out_ = 0;
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
  if (wanted != "auto") {
    return {wanted == "cells-in-rows", "as --orientation says"};
  }
  if (!layout.gene_annotations.empty()) {
    return {false, "columns such as '" + layout.gene_annotations.front() + "' describe genes"};
  }
  return guess_orientation(layout.corner, row_names, columns);
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
  std::string how = std::string("The table was read with cells in its ") +
                    (chosen.cells_in_rows ? "rows" : "columns") + ": " + chosen.reason + ".";
  if (chosen.guessed) {
    dataset.source.warnings.push_back(how + " That is a guess: --orientation settles it.");
  } else {
    dataset.source.notes.push_back(std::move(how));
  }
  return dataset;
}

/// What of the table is not in the data set.
void note_what_was_left_out(const OpenTable& open, const MatrixCollector& collector,
                            std::vector<std::string>& notes) {
  if (open.reader.start().titled) {
    notes.push_back(std::to_string(open.reader.start().skipped_lines) +
                    " lines above the header were left out.");
  }
  if (open.layout.names == 1) {
    notes.emplace_back("The first column was left out: it counts the rows.");
  }
  if (!open.layout.gene_annotations.empty()) {
    notes.push_back("Columns that describe genes are annotations, not cells: " +
                    join(open.layout.gene_annotations, ", ") + ".");
  }
  if (open.empty_rows > 0) {
    notes.push_back(with_commas(open.empty_rows) + " empty rows were left out.");
  }
  if (collector.left_out() > 0) {
    notes.push_back(std::to_string(collector.left_out()) +
                    " rows that count reads of no gene were left out (such as __no_feature).");
  }
}

std::vector<TextRecord> sampled_records(const OpenTable& open) {
  std::vector<TextRecord> records;
  for (const auto& [line, record] : open.sample) {
    records.push_back(record);
  }
  return records;
}

Dataset read_wide(OpenTable& open, const std::string& path, std::string_view orientation) {
  if (const auto comma = find_decimal_comma(open.layout, sampled_records(open))) {
    refuse_decimal_comma(path, comma->column, comma->value, comma->thousands);
  }
  MatrixCollector collector(path, open.layout);
  for_each_record(open, path, [&](Index line, const std::vector<std::string_view>& fields) {
    if (!collector.leaves_out(fields)) {
      collector.consume(line, fields);
    }
  });
  require_matrix(path, open.layout, collector.builder().rows());
  Dataset dataset = assemble(collector, open.layout, orientation);
  note_what_was_left_out(open, collector, dataset.source.notes);
  return dataset;
}

Dataset read_long(OpenTable& open, const std::string& path, const LongTable& columns) {
  LongTableCollector collector(columns, open.layout.header);
  for_each_record(open, path, [&](Index line, const std::vector<std::string_view>& fields) {
    collector.consume(fields, path + ", line " + std::to_string(line));
  });
  return collector.finish();
}

}  // namespace

TextTable read_text_table(const std::string& path, char decimal) {
  OpenTable open(path, decimal);
  TextTable table;
  const std::size_t first = open.layout.names;  // without the row numbers before it
  table.header.assign(open.layout.header.begin() + static_cast<std::ptrdiff_t>(first),
                      open.layout.header.end());
  table.first_is_names = open.layout.has_row_names();
  table.columns.resize(table.header.size());
  for_each_record(open, path, [&](Index, const std::vector<std::string_view>& fields) {
    for (std::size_t i = first; i < fields.size(); ++i) {
      table.columns[i - first].emplace_back(trimmed(fields[i]));
    }
  });
  return table;
}

Dataset read_csv(const std::string& path, const CsvOptions& read) {
  OpenTable open(path, read.decimal);
  const auto columns = long_table(open.layout, sampled_records(open));
  Dataset dataset =
      columns ? read_long(open, path, *columns) : read_wide(open, path, read.orientation);
  dataset.source.path = path;
  return dataset;
}

}  // namespace mixvae
