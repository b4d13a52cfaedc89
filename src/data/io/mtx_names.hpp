#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/table.hpp"

namespace mixvae {

/// What a file beside a matrix names, judged by its own name.
enum class NamedSide { cells, genes, rows, columns };

/// A file of names beside a matrix: its records, one per row or column of the matrix.
struct NameFile {
  std::string path;
  NamedSide side = NamedSide::cells;
  bool shares_name = false;  // what is left of its name without the word for its side is that of
                             // the matrix ("GSM1_barcodes.tsv" beside "GSM1_matrix.mtx")
  std::vector<std::vector<std::string>> records;

  /// A header and a record for each of `count`.
  bool fits_with_header(Index count) const {
    return static_cast<Index>(records.size()) == count + 1;
  }
  /// The first record is a header by its words, such as gene_id, barcode or R's x.
  bool has_header_words() const;
  bool fits_without_header(Index count) const {
    return static_cast<Index>(records.size()) == count;
  }
};

/// The files of names beside a Matrix Market file, those that share its name first: .tsv, .txt,
/// .csv, .bed or without ending, packed with gzip or not, whose names hold a word such as barcodes,
/// cells, obs, features, genes, peaks, var, rows or cols. Where files of a side share the matrix's
/// name, others of that side do not count. Throws InputError for such a file that is empty.
std::vector<NameFile> name_files(const std::string& matrix_path);

/// Names and annotations of `count` cells: the first column holds the names (without row numbers
/// before it); further ones under a header are annotations.
Table cell_table(const NameFile& file, Index count);

/// Names and annotations of `count` features. A header says which columns are gene_id, gene_name
/// (or symbol) and feature_type; without one the columns are id, symbol, type, as 10x writes them;
/// columns of Ensembl ids are the ids wherever they stand; a .bed file gives "chrom:start-end".
/// Symbols are the names, ids the annotation "gene_ids", types "feature_types"; features without a
/// symbol are named by their id.
Table feature_table(const NameFile& file, Index count);

}  // namespace mixvae
