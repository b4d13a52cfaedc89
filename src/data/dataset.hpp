#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "data/matrix.hpp"
#include "data/table.hpp"

namespace mixvae {

/// One of the files of a data set that was read from a folder.
struct SourceFile {
  std::string path;
  Index cells = 0;  // its cells stand together, in the order of the files
};

/// One of several data sets of the same cells in a file (MuData): its name and its size.
struct Modality {
  std::string name;
  Index cells = 0;
  Index features = 0;
};

/// Where a data set came from and what else its file offers.
struct Source {
  std::string path;
  std::string format;       // "h5ad", "h5mu", "zarr", "10x-h5", "mtx", "csv", "loom", "npy", "npz",
                            // "idx", "h5-xy", "fcs", "simulated"
  std::string layer = "X";  // the matrix that was read: "X", "raw", or a layer's name
  std::string modality;     // the one that was read, of a file that has several
  std::vector<Modality> modalities;         // all of them, in the order of the file
  std::vector<std::string> layers;          // every matrix that could be read with --layer
  std::string feature_names;                // annotation that names the features; empty: the file's
                                            // own names do
  std::vector<std::string> count_layers;    // those of them, but for the one that was read, whose
                                            // first values are all whole numbers
  std::vector<std::string> left_out_types;  // feature types in the file that were not read
  bool features_unnamed = false;            // feature names were made up ("F1", "F2", ...)
  bool cells_unnamed = false;               // cell names were made up ("C1", "C2", ...)
  std::optional<bool> compensated;   // FCS: spillover taken out, or not by wish; empty: none stored
  bool spillover_unknown = false;    // FCS: fluorescence of which nothing is said to be taken out
  std::optional<Index> image_width;  // pixels in a row of the images that the cells are (IDX)
  std::vector<SourceFile> files;     // of a folder; empty for a single file
  std::vector<std::string> notes;    // what the reader skipped or assumed, one sentence each
  std::vector<std::string> warnings;  // guesses that may well be wrong, one sentence each
};

/// A matrix [N cells, D features] with its annotations.
struct Dataset {
  Matrix x;
  Table cells;                                // N rows
  Table features;                             // D rows
  std::map<std::string, DenseMatrix> arrays;  // per cell (obsm), each [N, *]
  std::map<std::string, std::string> texts;  // unstructured texts (uns), e.g. a tree in Newick form
  Source source;

  Index cell_count() const { return row_count(x); }
  Index feature_count() const { return column_count(x); }
};

}  // namespace mixvae
