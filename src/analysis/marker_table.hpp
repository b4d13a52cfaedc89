#pragma once

#include <string>
#include <vector>

namespace mixvae::analysis {

/// A marker under all its names: {"CD8A", "CD8"}.
using MarkerNames = std::vector<std::string>;

/// A cell type and what marks it.
struct MarkedType {
  std::string name;
  std::vector<MarkerNames> up;
  std::vector<MarkerNames> down;
};

/// Reads a table of cell types and markers: a row for each cell type with the columns type (or set)
/// and up (or genes), maybe down, each with markers between blanks or semicolons; or a row for each
/// marker with the columns type and gene, maybe direction (up or down). Names of one marker have
/// "/" between them. Throws InputError, naming the line, for a table without these columns or rows,
/// a row of another length, without a name or a marker that is up, a type that has two rows, a
/// marker that is listed twice in a type, and another direction.
std::vector<MarkedType> read_marker_table(const std::string& path);

}  // namespace mixvae::analysis
