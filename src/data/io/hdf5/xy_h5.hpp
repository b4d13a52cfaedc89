#pragma once

#include <string>

#include "data/dataset.hpp"

namespace mixvae {

/// Reads the simple layout of clustering papers: "X" [cells, features] dense, "Y" [cells] labels. X
/// becomes sparse while it is read; Y becomes the column "Y" of the cells (whole numbers stay
/// whole). Cells and features have no names and are numbered. Throws InputError.
Dataset read_xy_h5(const std::string& path, const std::string& layer = "X");

}  // namespace mixvae
