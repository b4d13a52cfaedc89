#pragma once

#include <string>

#include "data/table.hpp"

namespace mixvae::report {

/// Cells of each type in each sample as CSV: "sample,type,cells,fraction", one row for every pair,
/// samples and types in the order of their categories; fractions are of the sample's cells that
/// have a type. Cells without sample or type are left out.
std::string abundance_csv(const Categorical& samples, const Categorical& types);

}  // namespace mixvae::report
