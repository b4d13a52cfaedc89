#pragma once

#include <string>
#include <string_view>

#include "data/dataset.hpp"

namespace mixvae {

/// Reads a Matrix Market data set: a folder with one *.mtx[.gz] file (or one called matrix.mtx or
/// cells_x_genes.mtx among others), or that file itself. Names come from the files beside it (see
/// name_files); which of them fit its rows and which its columns, by their number of lines, settles
/// the orientation. Where no names settle it, `orientation` must: "cells-in-rows" or
/// "cells-in-columns". Sides without names are numbered. Throws InputError.
Dataset read_mtx(const std::string& path, std::string_view orientation = "auto");

/// True when the folder holds a *.mtx or *.mtx.gz file.
bool holds_mtx(const std::string& folder);

}  // namespace mixvae
