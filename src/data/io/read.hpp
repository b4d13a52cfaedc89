#pragma once

#include <string>
#include <vector>

#include "base/options.hpp"
#include "data/dataset.hpp"
#include "data/io/feature_names.hpp"

namespace mixvae {

/// How a file is read; the same names on every command.
struct ReadOptions {
  std::string layer = "X";    // "X", "raw", or the name of a layer
  std::string modality = {};  // MuData: which of several data sets; empty: the only one
  std::string annotations =
      {};  // "FILE", "FILE:KEY" or "FILE:row": a second file with annotations of the cells
  std::string orientation =
      "auto";  // text tables and Matrix Market: "auto", "cells-in-rows", "cells-in-columns"
  std::string decimal = ".";           // text tables: "." or ","
  std::string compensate = "auto";     // FCS: "auto" or "no"
  std::string feature_types = "auto";  // "auto", "all", or types with commas between them
  std::string join_by = "name";        // folders of cytometry files: "name" (marker) or "detector"
  std::string feature_names = kOwnNames;  // the file's own names, or the annotation that names them
};

Options options(ReadOptions& read);

/// Reads a data set, recognising the format by the content of the file (or directory), not by its
/// name: .h5ad, .h5mu, .zarr, 10x .h5, loom, FCS, the simple X/Y .h5 layout, Matrix Market
/// directories, CSV/TSV (plain or gzip), npy/npz, IDX (plain or gzip). Folders: see read_png_folder
/// and find_data. Channels of a cytometer in text tables get their kinds, and of several types of
/// features the wanted ones are kept. Features get the names that the options ask for; those that
/// repeat get numbers (see data/io/feature_names.hpp). Joins the second annotation file when there
/// is one (see join_annotations). Throws InputError; files of other formats are named for what they
/// are.
Dataset read_dataset(const std::string& path, const ReadOptions& read = {});

/// What read_dataset does to data once they are in memory: chooses types of features, names the
/// features, joins the second annotation file. Throws InputError.
void finish_reading(Dataset& dataset, const ReadOptions& read);

/// The matrices of a file, or of the one file in a folder, that ReadOptions::layer can name;
/// nothing for formats that hold one matrix. Throws InputError for a file that cannot be read.
std::vector<std::string> stored_layers(const std::string& path, const std::string& modality = "");

/// The modalities of a file of MuData that ReadOptions::modality can name; nothing for others.
/// Throws InputError for a file that cannot be read.
std::vector<Modality> stored_modalities(const std::string& path);

}  // namespace mixvae
