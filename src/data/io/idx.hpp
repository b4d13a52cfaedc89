#pragma once

#include <string>

#include "data/dataset.hpp"

namespace mixvae {

/// Reads images in the IDX format of MNIST (plain or gzip) as a dense matrix [images, rows x
/// columns] of grey values 0..255. Labels come from the file beside it that is named alike
/// ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte[.gz]"), as the annotation "label".
/// Throws InputError for files that are cut off and for labels that do not fit.
Dataset read_idx(const std::string& path);

}  // namespace mixvae
