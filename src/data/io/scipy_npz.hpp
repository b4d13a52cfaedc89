#pragma once

#include <map>
#include <string>

#include "data/io/npy.hpp"

namespace mixvae {

/// True for the arrays that scipy.sparse.save_npz writes.
bool is_scipy_matrix(const std::map<std::string, NpyArray>& arrays);

/// The sparse matrix of those arrays (formats csr and csc). Throws InputError for other formats and
/// for indices or offsets that do not fit.
CsrMatrix read_scipy_matrix(const std::map<std::string, NpyArray>& arrays, const std::string& path);

}  // namespace mixvae
