#pragma once

#include <string>
#include <vector>

#include "analysis/assignment.hpp"
#include "data/dataset.hpp"

namespace mixvae::analysis {

/// Something known of the cells beside their types: an annotation, or what counts tell of a cell
/// ("molecules", "features found", "mitochondrial share").
struct CellProperty {
  std::string name;
  bool numeric = false;
  double types = 0;            // how far types tell it, in [0, 1]: the correlation ratio of a
                               // number, Cramér's V of labels, both corrected for chance
  std::vector<double> states;  // [S] how it goes with each state within types: Pearson's
                               // correlation of a number, in [-1, 1], the correlation ratio of
                               // labels, in [0, 1]
};

/// What is known of how cells were measured, one value per cell: of counts "molecules" and
/// "mitochondrial share" (where there are such genes), and the annotations that name a batch,
/// sample, donor, plate, lane, run or file, as labels.
std::vector<Column> measurement_of_cells(const Dataset& dataset);

/// The properties of a data set's cells that vary, in file order, those from counts first.
/// Annotations with more than 300 labels, or one for every two cells, are names, and left out.
std::vector<CellProperty> cell_properties(const Dataset& dataset, const Assignment& assignment);

/// What is rarely meant, one sentence each, the same column twice once: states that follow a
/// property within types (a correlation or its ratio above 0.3), and types that tell which batch,
/// sample, donor, plate, lane, run or file a cell is from (Cramér's V above 0.3; by the
/// annotation's name).
std::vector<std::string> suspicions(const std::vector<CellProperty>& properties);

}  // namespace mixvae::analysis
