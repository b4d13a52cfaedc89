#pragma once

#include <string>
#include <string_view>

#include "data/dataset.hpp"

namespace mixvae {

/// Reads a Matrix Market data set: a folder with one *.mtx[.gz] file, or that file itself. Names
/// come from the files beside it that share its prefix ("GSM1_matrix.mtx" with
/// "GSM1_barcodes.tsv.gz"): barcodes|cells and features|genes, ending in .tsv, .txt or .csv, gzip
/// or not. Features are named by their second column (symbols) when there is one; then the first
/// becomes the annotation "gene_ids" and the third "feature_types". Without name files rows and
/// columns are numbered. `orientation`: "auto" takes genes in the file's rows (as 10x writes them),
/// unless the numbers of names say the opposite. Throws InputError.
Dataset read_mtx(const std::string& path, std::string_view orientation = "auto");

/// True when the folder holds a *.mtx or *.mtx.gz file.
bool holds_mtx(const std::string& folder);

}  // namespace mixvae
