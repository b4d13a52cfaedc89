#pragma once

#include <string>

#include "data/matrix.hpp"

namespace mixvae {

/// Reads a sparse Matrix Market file (coordinate; integer, real or pattern; general; plain or gzip)
/// and gives its transpose in compressed rows: [columns of the file, rows of the file]. Values at
/// the same place are added; stored zeros are dropped. Throws InputError naming the line for
/// anything malformed, indices out of range, and fewer or more entries than announced.
CsrMatrix read_matrix_market_transposed(const std::string& path);

}  // namespace mixvae
