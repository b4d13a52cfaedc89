#pragma once

#include <string>

#include "data/dataset.hpp"

namespace mixvae {

/// Reads an .h5ad file of any anndata version since 0.5 (store::read_anndata). Throws InputError,
/// also for a damaged file.
Dataset read_h5ad(const std::string& path, const std::string& layer = "X");

/// Reads one modality of an .h5mu file of MuData (store::read_mudata). Throws InputError.
Dataset read_h5mu(const std::string& path, const std::string& modality = "",
                  const std::string& layer = "X");

}  // namespace mixvae
