#pragma once

#include <string>

#include "data/dataset.hpp"

namespace mixvae {

/// Whether a folder holds pictures as its data: at least two PNG files, and besides them nothing
/// but texts (.txt, .md), hidden files and what is no file. Throws InputError where there are other
/// files, but fewer than pictures; with as many, the pictures are those beside another data set.
bool is_png_folder(const std::string& path);

/// Reads grey PNG files of one size, one row each in natural order of their names, which name the
/// cells without their extension. Pixels are the stored values, 0 to 255, or 0 to 65,535 where all
/// files have 16 bits. Throws InputError naming the first file that is damaged, has colours or
/// transparency, or another size or depth than the first.
Dataset read_png_folder(const std::string& path);

}  // namespace mixvae
