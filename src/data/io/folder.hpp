#pragma once

#include <filesystem>
#include <string>

#include "data/io/read.hpp"

namespace mixvae {

/// Reads a folder of FCS files, else of CSV/TSV files (plain or gzip), as one data set, in natural
/// order of the files' names. Features are joined by name: those that all files have are kept, in
/// the order of the first file; the others are said. The annotations "file" (the file's name) and
/// "sample" (without extension) say where a cell comes from, in place of columns of these names in
/// the files; source.files lists the files. Throws
/// InputError for a folder without such files, and for files that share fewer than 2 features.
Dataset read_folder(const std::string& path, const ReadOptions& read);

/// What "sample" says of cells of that file: its name without the extensions of a table. Names of
/// cells begin with it and ':'.
std::string sample_name(const std::string& path);

}  // namespace mixvae
