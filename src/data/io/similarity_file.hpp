#pragma once

#include <span>
#include <string>

#include "data/matrix.hpp"

namespace mixvae {

/// Similarities of N cells from a file, [N, N]. A text table lists pairs: two columns of cell names
/// and, if there is a third, the similarity of each pair from 0 to 1 (else 1); a pair counts both
/// ways. Any other file is a matrix (Matrix Market, .npz, .npy, .h5ad) with one row and one column
/// for each cell: joined by the names of its rows, which its columns follow, or in the data's order
/// where it has none. Throws InputError for unknown cells, a matrix of other cells, a cell paired
/// with itself, pairs listed twice with different numbers, numbers that are none, and a matrix of
/// another size.
CsrMatrix read_similarity(const std::string& path, std::span<const std::string> cell_names);

}  // namespace mixvae
