#pragma once

#include <string>
#include <vector>

#include "analysis/overview.hpp"

namespace mixvae::report {

/// What cells of a map may be coloured by: labels, or a number.
struct CellColors {
  std::string id;     // "type", "confidence", "state:1", "run:NAME", "annotation:batch",
                      // "feature:CD3D"
  std::string title;  // for people
  std::string group;  // "Result", "Other runs", "Annotations", "Features"
  bool numeric = true;
  std::vector<std::string> labels = {};   // names of categories; empty for numbers
  std::vector<std::string> palette = {};  // [labels] colours
  std::vector<std::int32_t> codes = {};   // [n] label of each cell of the map, -1: none; or empty
  std::vector<float> numbers = {};        // [n] NaN: none; or empty
  float low = 0;  // ends of the scale of numbers: their 1st and 99th percentiles
  float high = 1;
};

/// All that the cells of an overview's map can be coloured by: type, confidence, probability,
/// consensus, novelty and states; the types of other runs; annotations that are numbers or have 2
/// to 60 labels; the first markers of each type, at most `features` in all.
std::vector<CellColors> cell_colors(const analysis::Overview& seen, Index features);

/// The one of that id, or of that annotation's or feature's name, which need not be among those.
/// Throws UsageError, naming near ones, where there is none, or the annotation has no values.
/// Whether a name is one of a result, whatever else may have it.
bool names_a_result(const std::string& name);

/// Throws the error of cell_colors_named for a name that no result, annotation or feature of the
/// data can have.
void require_color(const std::string& name, const Dataset& dataset);

CellColors cell_colors_named(const analysis::Overview& seen, const std::string& name);

}  // namespace mixvae::report
