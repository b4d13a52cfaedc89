#pragma once

#include "data/io/store/group.hpp"

namespace mixvae::store {

/// Whether the lines that a compressed matrix stores one after another are its rows (CSR) or
/// columns (CSC).
enum class Compressed { rows, columns };

/// The sparse matrix [rows, columns] whose values, line-crossing numbers and offsets are the arrays
/// "data", "indices" and "indptr" of a group. Offsets and indices may have 32 or 64 bits; unsorted
/// and repeated indices are sorted and added up. Throws InputError for lengths that do not fit,
/// indices out of range, and offsets that fall or have overflown 32 bits.
CsrMatrix read_compressed(const Group& group, Compressed lines, Index rows, Index columns);

/// A matrix [rows, columns] as anndata stores it: dense array, CSR or CSC group (current or
/// h5sparse attributes). Throws InputError for an unknown encoding and for a shape that does not
/// fit.
Matrix read_matrix(const Group& parent, const std::string& name, Index rows, Index columns);

/// True when there is a matrix of that name: absent and "null" elements are none.
bool has_matrix(const Group& parent, const std::string& name);

/// Throws InputError for a matrix without rows or columns, and for more columns than 32-bit column
/// numbers reach.
void require_shape(Index rows, Index columns, const std::string& where);

}  // namespace mixvae::store
