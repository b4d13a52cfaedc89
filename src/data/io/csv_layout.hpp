#pragma once

#include <string>
#include <vector>

namespace mixvae {

using TextRecord = std::vector<std::string>;

/// What the fields of a text table's records are.
struct CsvLayout {
  enum class Field { row_name, number, text };

  bool has_header = true;
  std::string corner;               // header of the row names; empty when they have none
  std::vector<std::string> header;  // one name per field
  std::vector<Field> fields;

  bool has_row_names() const { return !fields.empty() && fields.front() == Field::row_name; }
};

/// Recognises the layout from the first record and some that follow it.
///  - The first record is the header, unless its fields (the first one aside) are numbers; whole
///  numbers that count from 0 or
///    1 are a header nevertheless.
///  - A header with one field fewer than the records has no name for the row names (R).
///  - The first column holds row names when its header is empty or one of the usual words (gene,
///  cell, barcode, index, ...),
///    or when it holds text that differs in every record.
///  - Any other column is text when all its present values are text, and number otherwise.
CsvLayout recognise_layout(const TextRecord& first, const std::vector<TextRecord>& following);

}  // namespace mixvae
