#pragma once

#include <string>

#include "data/table.hpp"

namespace mixvae::report {

/// How the cells of each type in each sample are laid out.
enum class AbundanceLayout {
  long_rows,      // "sample,type,cells,fraction", a row for every sample and type
  wide_cells,     // a row for every type, a column for every sample: numbers of cells
  wide_fractions  // the same with fractions
};

/// Cells of each type in each sample as CSV, samples and types in the order of their categories;
/// fractions are of the sample's cells that have a type. Cells without sample or type are left out.
std::string abundance_csv(const Categorical& samples, const Categorical& types,
                          AbundanceLayout layout = AbundanceLayout::long_rows);

}  // namespace mixvae::report
