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

/// Reads any CSV/TSV (plain or gzip) as text. Throws InputError for records of unequal length and
/// for an empty file.
TextTable read_text_table(const std::string& path);

/// Reads a CSV/TSV of numbers (plain or gzip) as a data set. Delimiter, header (also R's, with one
/// field fewer than the rows) and names of the rows are recognised; columns of text become
/// annotations, columns of numbers the matrix, sparse when less than half of it is non-zero; NA is
/// NaN. `orientation`: "cells-in-rows", "cells-in-columns", or "auto" (see guess_orientation; noted
/// in source.notes). Throws InputError naming line, column and text.
Dataset read_csv(const std::string& path, std::string_view orientation = "auto");

}  // namespace mixvae
