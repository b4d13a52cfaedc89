#pragma once

#include <span>
#include <string>
#include <string_view>

namespace mixvae {

/// What the rows of a text table are, and by which sign that was recognised (a clause for people).
struct Orientation {
  bool cells_in_rows = true;
  std::string reason;
  bool guessed = false;  // by a sign that may well mislead: the sizes
};

/// True for the usual names of a column that holds names of genes ("gene", "symbol", ...).
bool is_gene_header(std::string_view text);

/// The same for cells ("cell", "barcode", ...).
bool is_cell_header(std::string_view text);

/// Decides from the names whether a table holds cells in its rows. The first of these signs that
/// speaks decides:
///  1. rows without names are cells;
///  2. the name of the column of row names ("gene", "symbol", ... against "cell", "barcode",
///  "sample_id", ...);
///  3. one side, and not the other, is made of Ensembl gene ids, or has genes that nearly every
///  data set holds;
///  4. one side, and not the other, is made of barcodes;
///  5. the names of one side are twice as varied in their letters (gene symbols) as those of the
///  other (numbered samples);
///  6. the longer side is the genes: a guess.
Orientation guess_orientation(std::string_view corner, std::span<const std::string> row_names,
                              std::span<const std::string> column_names);

}  // namespace mixvae
