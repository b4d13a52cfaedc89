#pragma once

#include "data/io/hdf5/group.hpp"

/// Rewriting elements of an open .h5ad file in other encodings with equal content.
namespace mixvae::hdf5 {

/// Number of rows of a data frame in a group.
Index frame_rows(const Group& frame);

/// obs, var and obsm that are arrays of records (anndata up to 0.6) become groups; numbers keep
/// their type, texts become texts of variable length, codes with categories in "uns" become
/// categoricals, and those entries of "uns" go, as they do when anndata reads such a file.
void rewrite_records(const Group& root);

/// Everywhere in the file, encodings that anndata 0.8 does not know: "nullable-string-array"
/// becomes "string-array", or a categorical where texts are missing; "null" elements are removed.
void rewrite_newer_encodings(const Group& root);

}  // namespace mixvae::hdf5
