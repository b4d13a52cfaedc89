#pragma once

#include <string>

#include "data/dataset.hpp"

namespace mixvae {

/// Reads 10x Genomics' HDF5 of Cell Ranger 2 (one group per genome) and 3 and later (group
/// "matrix"). Features are named by their symbols; "gene_ids", "feature_types" and "genome" become
/// annotations. A file with several genome groups holds several matrices: `layer` must name one.
/// Throws InputError.
Dataset read_tenx_h5(const std::string& path, const std::string& layer = "X");

}  // namespace mixvae
