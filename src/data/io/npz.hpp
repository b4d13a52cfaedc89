#pragma once

#include <string>
#include <vector>

#include "data/dataset.hpp"

namespace mixvae {

/// Reads numpy's .npz archive (stored or deflated). The matrix is the member named `layer`; for "X"
/// the member X, x or data, or the only one with two or more dimensions. Further dimensions are
/// flattened; source.layers lists what could be read. One-dimensional members as long as the matrix
/// has rows become annotations of the cells, of columns those of the features; text called
/// obs_names, cell_names, cells or barcodes names the cells, and var_names, feature_names,
/// gene_names or genes the features. A matrix saved by scipy.sparse.save_npz (CSR, CSC) stays
/// sparse. Of the archive in which dSprites is published (data/io/dsprites_npz.hpp) "X" are the
/// images, with their factors. Arrays of three dimensions are images. Throws InputError.
Dataset read_npz(const std::string& path, const std::string& layer = "X");

/// What `layer` can be for this archive. Throws InputError.
std::vector<std::string> npz_layers(const std::string& path);

}  // namespace mixvae
