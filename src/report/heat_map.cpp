#include "report/heat_map.hpp"

#include <algorithm>
#include <cmath>

#include "base/index.hpp"
#include "report/color_scale.hpp"
#include "report/inks.hpp"

namespace mixvae::report {
namespace {

constexpr double kSmallSquare = 15;  // where there are many
constexpr double kLeastSquare = 24;
constexpr std::size_t kManySquares = 24;
constexpr double kNameLetters = 11;
constexpr double kSquareLetters = 10;
constexpr double kColumnsTitle = 22;

double widest_of(const std::vector<std::string>& names) {
  double width = 0;
  for (const std::string& name : names) {
    width = std::max(width, text_width(name, kNameLetters));
  }
  return width;
}

/// Where the squares lie.
struct SquareGrid {
  bool large;
  double side;
  double left;
  double top;

  explicit SquareGrid(const HeatMap& map)
      : large(std::max(map.rows.size(), map.columns.size()) > kManySquares),
        side(large ? kSmallSquare : kLeastSquare),
        left(widest_of(map.rows) + 14),
        top(widest_of(map.columns) + 12 + kColumnsTitle) {
    for (const std::vector<HeatCell>& row : map.cells) {
      for (const HeatCell& cell : row) {
        side = large ? side : std::max(side, text_width(cell.text, kSquareLetters) + 6);
      }
    }
  }
  Point corner(std::size_t row, std::size_t column) const {
    return {left + side * static_cast<double>(column), top + side * static_cast<double>(row)};
  }
};

void draw_square(Svg& svg, const SquareGrid& grid, Point corner, const HeatCell& cell) {
  if (std::isnan(cell.value)) {
    return;
  }
  svg.rectangle(corner, grid.side - 1, grid.side - 1, sequential_color(cell.value), cell.tip);
  if (!grid.large && !cell.text.empty()) {
    svg.text({corner.first + grid.side / 2 - 0.5, corner.second + grid.side / 2 + 3.5}, cell.text,
             {.size = kSquareLetters,
              .anchor = Anchor::middle,
              .color = needs_white_text(cell.value) ? "#ffffff" : "#1f2933"});
  }
}

}  // namespace

Svg heat_map(const HeatMap& map) {
  const SquareGrid grid(map);
  const Point end = grid.corner(map.rows.size(), map.columns.size());
  Svg svg(std::max(end.first, grid.left + text_width(map.columns_title, kNameLetters)) + 16,
          end.second + 10, map.title);
  svg.text({grid.left, 14}, map.columns_title, {.size = kNameLetters, .color = kQuiet});
  for (std::size_t c = 0; c < map.columns.size(); ++c) {
    svg.text({grid.corner(0, c).first + grid.side / 2 + 4, grid.top - 6}, map.columns[c],
             {.size = kNameLetters, .rotate = -90});
  }
  for (std::size_t r = 0; r < map.rows.size(); ++r) {
    svg.text({grid.left - 8, grid.corner(r, 0).second + grid.side / 2 + 4}, map.rows[r],
             {.size = kNameLetters, .anchor = Anchor::end});
    for (std::size_t c = 0; c < map.columns.size(); ++c) {
      draw_square(svg, grid, grid.corner(r, c), map.cells[r][c]);
    }
  }
  return svg;
}

}  // namespace mixvae::report
