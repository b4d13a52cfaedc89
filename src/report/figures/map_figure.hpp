#pragma once

#include <string>
#include <vector>

#include "analysis/overview.hpp"
#include "report/cell_colors.hpp"
#include "report/figure.hpp"

namespace mixvae::report {

/// The cells on a plane, coloured. Labels have a legend with their numbers of cells, and types
/// their names on the map as well; numbers a scale.
Figure map_figure(const analysis::CellMap& map, const CellColors& colors);

}  // namespace mixvae::report
