#pragma once

#include <string>
#include <vector>

namespace mixvae {

/// What a folder holds.
struct FolderData {
  enum class Kind {
    file,           // one file that is the data
    matrix_market,  // a folder with a Matrix Market file, this one or one inside it
    several,        // FCS files or tables that are joined
  };

  Kind kind = Kind::several;
  std::string path = {};
  std::string annotations = {};         // a table of the cells that stands beside the matrix
  std::vector<std::string> notes = {};  // what was chosen and what left
};

/// Finds the data set in a folder:
///  - its Matrix Market file;
///  - else its FCS files;
///  - else, where it holds Cell Ranger's matrices or no data of its own, the Matrix Market folder
///    inside it: filtered rather than raw (Cell Ranger's "outs", STARsolo's "Solo.out", where Gene
///    stands before GeneFull), a folder before an .h5 file;
///  - else its one HDF5, numpy or IDX file of images;
///  - else its tables: one is the data; one beside tables that are called like annotations of cells
///    or genes ("expression.csv" and "cells.csv") is the matrix, the table of cells its
///    annotations; others are joined.
/// Throws InputError for folders of other formats (see require_no_foreign_folder) and where several
/// data sets stand side by side.
FolderData find_data(const std::string& folder);

}  // namespace mixvae
