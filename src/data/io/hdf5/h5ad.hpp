#pragma once

#include <string>
#include <vector>

#include "data/dataset.hpp"

namespace mixvae {

/// Reads an .h5ad file of any anndata version since 0.5: dense, CSR or CSC matrices, annotations in
/// every encoding, obsm arrays (two-dimensional numbers) and uns texts (nested keys joined by '/').
/// `layer` is "X", "raw" (raw/X with its own features) or the name of a layer. What is skipped or
/// assumed is noted in the source. Throws InputError for damaged files, unknown encodings, lengths
/// that do not fit, an empty matrix, and a layer that is not there (naming those that are).
Dataset read_h5ad(const std::string& path, const std::string& layer = "X");

/// What `layer` can be for this file. Throws InputError as read_h5ad.
std::vector<std::string> h5ad_layers(const std::string& path);

}  // namespace mixvae
