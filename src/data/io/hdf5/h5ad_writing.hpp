#pragma once

#include <string>

#include "data/dataset.hpp"
#include "data/io/additions.hpp"

namespace mixvae {

/// Which anndata must be able to open the output.
enum class Compatibility {
  keep,         // what was in the file keeps its encoding
  anndata_0_8,  // nullable texts become plain texts (categoricals where some are missing), null
                // elements are left out
};

/// Writes the .h5ad file `input` again as `output` (which may be the same) with additions.
/// Everything in it stays, byte by byte, except: elements of the same name are replaced, uns
/// entries by their first key as a whole; earlier results of the same record
/// (Additions::record, whose names stand in uns[record]["obs"] and ["obsm"]) are removed; obs, var
/// and obsm of anndata up to 0.6 (records) become groups with equal content. What is added is
/// readable by anndata 0.8. The output appears whole or not at all. Throws InputError for an
/// unreadable input, SystemError when writing fails.
void annotate_h5ad(const std::string& input, const Additions& additions, const std::string& output,
                   Compatibility compatibility = Compatibility::keep);

/// Writes a data set with additions as a new .h5ad file that anndata 0.8 reads: X (CSR or dense,
/// gzip), obs, var, obsm, uns.
void write_h5ad(const Dataset& dataset, const Additions& additions, const std::string& path);

}  // namespace mixvae
