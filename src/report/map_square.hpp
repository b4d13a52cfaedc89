#pragma once

#include <vector>

#include "analysis/cell_map.hpp"
#include "report/svg.hpp"

namespace mixvae::report {

/// The places of a map's cells in a square of side 1, y upwards, on the same scale both ways and
/// amid it.
std::vector<Point> places_in_square(const analysis::CellMap& map);

}  // namespace mixvae::report
