#pragma once

#include <string>
#include <vector>

#include "report/svg.hpp"

namespace mixvae::report {

/// A square of a heat map. Its shade is its value on sequential_color.
struct HeatCell {
  double value = 0;       // in [0, 1]; NaN: no square
  std::string text = {};  // a few signs, which are left out of large maps; or empty
  std::string tip = {};
};

/// A matrix as squares: the darker, the larger.
struct HeatMap {
  std::string title;          // of the picture
  std::string columns_title;  // above the names of the columns
  std::vector<std::string> rows;
  std::vector<std::string> columns;
  std::vector<std::vector<HeatCell>> cells;  // [rows][columns]
};

Svg heat_map(const HeatMap& map);

}  // namespace mixvae::report
