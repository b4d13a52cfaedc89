#pragma once

#include <string>
#include <vector>

#include "analysis/marker_table.hpp"
#include "data/table.hpp"
#include "metrics/signatures.hpp"

namespace mixvae::analysis {

/// The types of a table whose markers the data have.
struct FoundMarkers {
  std::vector<std::string> names;              // of types with two markers, one of them up
  std::vector<metrics::Signature> signatures;  // of these
  std::vector<std::string> missing;            // markers of the table that the data lack
  std::vector<std::string> left_out;           // types with fewer markers
  std::vector<std::string> features = {};      // the names by which features were found
  std::string named_by = {};                   // the annotation that holds these; empty: their own
};

/// Finds markers as find_markers does, but a type needs `least` of them, and none need be left.
FoundMarkers look_up_markers(const std::vector<MarkedType>& table,
                             const std::vector<std::string>& features, const Table& annotations,
                             std::size_t least);

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
