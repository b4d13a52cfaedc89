#pragma once

#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "data/io/store/group.hpp"

namespace mixvae::store {

/// Whether a group looks like a data set of anndata: by its encoding, or by "obs" and "var".
bool is_anndata(const Group& root);

/// Reads a group that any anndata since 0.5 wrote: dense, CSR or CSC matrices, annotations in every
/// encoding, obsm arrays (two-dimensional numbers) and uns texts (nested keys joined by '/').
/// `layer` is "X", "raw" (raw/X with its own features) or the name of a layer. What is skipped or
/// assumed is noted in the source, whose format stays empty. Throws InputError for unknown
/// encodings, lengths that do not fit, an empty matrix, and a layer that is not there (naming those
/// that are).
Dataset read_anndata(const Group& root, const std::string& layer);

/// What `layer` can be. Throws InputError as read_anndata.
std::vector<std::string> anndata_layers(const Group& root);

}  // namespace mixvae::store
