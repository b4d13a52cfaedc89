#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/dataset.hpp"

namespace mixvae {

/// A text table as it stands in its file.
struct TextTable {
  std::vector<std::string>
      header;  // one name per column; "F1", "F2", ... when the file has no header
  std::vector<std::vector<std::string>> columns;  // [columns][rows]
  bool first_is_names = false;                    // the first column names the rows

  Index rows() const { return columns.empty() ? 0 : static_cast<Index>(columns.front().size()); }
};

/// How a text table is read.
struct CsvOptions {
  std::string_view orientation = "auto";  // "cells-in-rows", "cells-in-columns", or "auto"
  char decimal = '.';                     // or ',': what separates the decimals of numbers
};

/// Reads any CSV/TSV (plain or gzip) as text; numbers with decimal commas get points when `decimal`
/// is ','. Rows without any text are left out. Throws InputError for records of unequal length and
/// for an empty file.
TextTable read_text_table(const std::string& path, char decimal = '.');

/// Reads a CSV/TSV of numbers (plain or gzip) as a data set. Delimiter, header (also R's, with one
/// field fewer than the rows), row numbers and names of the rows are recognised (see
/// recognise_layout); columns of text become annotations, columns of numbers the matrix, sparse
/// when less than half of it is non-zero; NA is NaN. Rows without any text, and rows of reads that
/// count for no gene (htseq-count's and STAR's), are left out. A table with one row per cell and
/// gene (see long_table) is spread out. Orientation "auto": see guess_orientation. All of this is
/// noted in source.notes. Throws InputError naming line, column and text, also for columns of
/// numbers with decimal commas that `decimal` does not announce.
Dataset read_csv(const std::string& path, const CsvOptions& read = {});

}  // namespace mixvae
