#include "report/map_square.hpp"

#include <algorithm>
#include <limits>

namespace mixvae::report {
namespace {

constexpr double kLeastRange = 1e-12;

/// Ends of a column.
struct Ends {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  double middle() const { return (low + high) / 2; }
};

Ends ends_of(const DenseMatrix& places, Index column) {
  Ends ends;
  for (Index n = 0; n < places.rows; ++n) {
    ends.low = std::min(ends.low, static_cast<double>(places(n, column)));
    ends.high = std::max(ends.high, static_cast<double>(places(n, column)));
  }
  return ends;
}

}  // namespace

std::vector<Point> places_in_square(const analysis::CellMap& map) {
  const Ends x = ends_of(map.places, 0);
  const Ends y = ends_of(map.places, 1);
  const double range = std::max({x.high - x.low, y.high - y.low, kLeastRange});
  std::vector<Point> places;
  places.reserve(map.cells.size());
  for (Index n = 0; n < map.places.rows; ++n) {
    places.emplace_back((static_cast<double>(map.places(n, 0)) - x.middle()) / range + 0.5,
                        (static_cast<double>(map.places(n, 1)) - y.middle()) / range + 0.5);
  }
  return places;
}

}  // namespace mixvae::report
