#pragma once

#include <map>
#include <string>
#include <vector>

#include "data/matrix.hpp"
#include "data/table.hpp"

namespace mixvae {

/// Where a data set came from and what else its file offers.
struct Source {
  std::string path;
  std::string
      format;  // "h5ad", "10x-h5", "mtx", "csv", "loom", "npy", "npz", "idx", "h5-xy", "simulated"
  std::string layer = "X";          // the matrix that was read: "X", "raw", or a layer's name
  std::vector<std::string> layers;  // every matrix that could be read with --layer
  bool features_unnamed = false;    // feature names were made up ("F1", "F2", ...)
  bool cells_unnamed = false;       // cell names were made up ("C1", "C2", ...)
  std::vector<std::string> notes;   // what the reader skipped or assumed, one sentence each
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
