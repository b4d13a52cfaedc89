#pragma once

#include <string>
#include <vector>

#include "data/table.hpp"
#include "metrics/signatures.hpp"

namespace mixvae::analysis {

/// A marker under all its names: {"CD8A", "CD8"}.
using MarkerNames = std::vector<std::string>;

/// A cell type and what marks it.
struct MarkedType {
  std::string name;
  std::vector<MarkerNames> up;
  std::vector<MarkerNames> down;
};

/// Reads a table of cell types and markers: a row for each cell type with the columns type and up
/// (or genes), maybe down, each with markers between blanks or semicolons; or a row for each marker
/// with the columns type and gene, maybe direction (up or down). Names of one marker have "/"
/// between them. Throws InputError, naming the line, for a table without these columns or rows, a
/// row of another length, without a name or a marker that is up, a type that has two rows, a marker
/// that is listed twice in a type, and another direction.
std::vector<MarkedType> read_marker_table(const std::string& path);

/// The types of a table whose markers the data have.
struct FoundMarkers {
  std::vector<std::string> names;              // of types with two markers, one of them up
  std::vector<metrics::Signature> signatures;  // of these
  std::vector<std::string> missing;            // markers of the table that the data lack
  std::vector<std::string> left_out;           // types with fewer markers
  std::vector<std::string> features = {};      // the names by which features were found
  std::string named_by = {};                   // the annotation that holds these; empty: their own
};

/// Finds markers by the features' names, or by the annotation of the features (gene symbols beside
/// ids) that has more of them. A marker is the first feature of its name; else the first of its
/// name without regard of case and of '-', '.', '_' and blanks ("HLA.DRA", "Cd8a"), or the only one
/// of which its name is a part between such signs ("170Er_CD3"). `annotations`: a table whose rows
/// are named as features are, in any order, or an empty one. Throws InputError naming `where` when
/// no type is left.
FoundMarkers find_markers(const std::vector<MarkedType>& table,
                          const std::vector<std::string>& features, const std::string& where,
                          const Table& annotations = {});

}  // namespace mixvae::analysis
