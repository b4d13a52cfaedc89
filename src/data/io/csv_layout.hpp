#pragma once

#include <optional>
#include <string>
#include <vector>

namespace mixvae {

using TextRecord = std::vector<std::string>;

/// What the fields of a text table's records are.
struct CsvLayout {
  enum class Field { row_name, number, text, row_number };

  bool has_header = true;
  std::string corner;               // header of the row names; empty when they have none
  std::vector<std::string> header;  // one name per field
  std::vector<Field> fields;
  std::size_t names = 0;                      // the field that holds the row names, if one does
  std::vector<std::string> gene_annotations;  // headers such as Chr, Start, End: the rows are genes

  bool has_row_names() const { return names < fields.size() && fields[names] == Field::row_name; }
};

/// Recognises the layout from the first record and some that follow it.
///  - Fields behind the last one of all records that are empty throughout do not count (delimiters
///  at the ends of lines).
///  - The first record is the header, unless its fields (the first one aside) are numbers; whole
///  numbers that count from 0 or 1 are a header nevertheless.
///  - A header with one field fewer than the records has no name for the row names (R).
///  - The first column holds row numbers when it counts from 0 or 1 under no name of its own and
///  the second one holds text that hardly repeats; the second one then holds the row names.
///  - The first column holds row names when its header is empty or one of the usual words (gene,
///  cell, barcode, index, ...), or when it holds text that hardly repeats.
///  - Columns behind the names whose headers are those of gene annotations (Chr, Start, End,
///  Strand, Length, ...) are text, when the names are of genes or two of the headers belong to a
///  genome.
///  - Any other column is text when all its present values are text, and number otherwise.
CsvLayout recognise_layout(const TextRecord& first, const std::vector<TextRecord>& following);

/// The column of numbers with decimal commas and the first of them; nothing when there is none. All
/// present values of such a column are numbers, with a point or a comma.
struct DecimalComma {
  std::string column;
  std::string value;
  bool thousands = false;  // every comma may separate thousands
};
std::optional<DecimalComma> find_decimal_comma(const CsvLayout& layout,
                                               const std::vector<TextRecord>& records);

}  // namespace mixvae
