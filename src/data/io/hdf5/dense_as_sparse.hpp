#pragma once

#include "data/io/hdf5/group.hpp"

namespace mixvae::hdf5 {

/// Whether a dense array's first dimension holds the cells or the features.
enum class Orientation { cells_first, features_first };

/// A dense array as sparse matrix [cells, features], read in blocks of cells so that no dense copy
/// of it ever exists. The chunks that a block crosses are kept, so each is unpacked once.
CsrMatrix read_dense_as_sparse(const Group& parent, const std::string& name,
                               Orientation orientation);

}  // namespace mixvae::hdf5
