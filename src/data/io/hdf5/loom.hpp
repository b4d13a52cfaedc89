#pragma once

#include <string>
#include <vector>

#include "data/dataset.hpp"

namespace mixvae {

/// Reads a .loom file (version 1 to 3): the matrix is stored genes x cells and comes as sparse
/// cells x genes. One-dimensional row and column attributes become annotations, two-dimensional
/// numbers of the cells arrays; genes are named by "Gene" (or "gene_names", "Accession"), cells by
/// "CellID" (or "cell_names", "obs_names"). `layer` is "X" or the name of a layer. Throws
/// InputError.
Dataset read_loom(const std::string& path, const std::string& layer = "X");

/// What `layer` can be for this file. Throws InputError for a file that is no HDF5.
std::vector<std::string> loom_layers(const std::string& path);

}  // namespace mixvae
