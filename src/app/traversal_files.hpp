#pragma once

#include <string>

#include "analysis/traversal.hpp"
#include "data/dataset.hpp"
#include "data/io/additions.hpp"
#include "data/prepare/preprocessing.hpp"

namespace mixvae::app {

/// A traversal as arrays of numpy: of (types or cells), along (walks), feature_names, quantiles,
/// position [of, along, steps], values [of, along, steps, features], effect, in_sd and monotone
/// [of, along, features]. Throws what write_npz throws.
void write_traversal_npz(const std::string& path, const analysis::Traversal& traversal);

/// For an .h5ad file: varm["mixvae_traversal_effect"], ["..._in_sd"] and ["..._monotone"] with a
/// column for each walk of each type, NaN for features that the model does not read; their names,
/// positions and the arm in uns["mixvae_traversal"].
Additions traversal_additions(const analysis::Traversal& traversal, const Dataset& dataset,
                              const Preprocessing& preprocessing);

}  // namespace mixvae::app
