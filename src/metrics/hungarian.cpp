#include "metrics/hungarian.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"

namespace mixvae::metrics {
namespace {

/// Assigns rows one after the other (R <= C), each by the shortest path of reduced costs to a free
/// column.
class AugmentingPaths {
 public:
  AugmentingPaths(std::span<const double> costs, Index rows, Index columns)
      : costs_(costs),
        rows_(rows),
        columns_(columns),
        row_price_(rows),
        column_price_(columns),
        column_of_row_(rows, -1),
        row_of_column_(columns, -1) {}

  std::vector<std::int32_t> solve() {
    for (Index row = 0; row < rows_; ++row) {
      augment(row);
    }
    return column_of_row_;
  }

 private:
  void augment(Index start) {
    distance_.assign(columns_, std::numeric_limits<double>::infinity());
    row_before_.assign(columns_, -1);
    reached_.assign(columns_, false);
    Index row = start;
    Index column = -1;
    double length = 0;
    while (row != -1) {
      relax(row, length);
      column = nearest_column();
      length = distance_[column];
      reached_[column] = true;
      row = row_of_column_[column];
    }
    update_prices(start, length);
    flip_path(start, column);
  }

  /// Shortens the paths to the columns not reached yet by going through `row`, which lies `length`
  /// from the start.
  void relax(Index row, double length) {
    for (Index c = 0; c < columns_; ++c) {
      const double candidate =
          length + costs_[row * columns_ + c] - row_price_[row] - column_price_[c];
      if (!reached_[c] && candidate < distance_[c]) {
        distance_[c] = candidate;
        row_before_[c] = static_cast<std::int32_t>(row);
      }
    }
  }

  /// The column nearest to the start among those not reached; of equally near ones a free one, then
  /// the first.
  Index nearest_column() const {
    Index best = -1;
    for (Index c = 0; c < columns_; ++c) {
      if (reached_[c]) {
        continue;
      }
      const bool nearer = best == -1 || distance_[c] < distance_[best];
      const bool equal_but_free = best != -1 && distance_[c] == distance_[best] &&
                                  row_of_column_[c] == -1 && row_of_column_[best] != -1;
      if (nearer || equal_but_free) {
        best = c;
      }
    }
    return best;
  }

  void update_prices(Index start, double length) {
    row_price_[start] += length;
    for (Index c = 0; c < columns_; ++c) {
      if (!reached_[c]) {
        continue;
      }
      if (row_of_column_[c] != -1) {
        row_price_[row_of_column_[c]] += length - distance_[c];
      }
      column_price_[c] += distance_[c] - length;
    }
  }

  void flip_path(Index start, Index column) {
    Index row = -1;
    while (row != start) {
      row = row_before_[column];
      row_of_column_[column] = static_cast<std::int32_t>(row);
      const Index next = column_of_row_[row];
      column_of_row_[row] = static_cast<std::int32_t>(column);
      column = next;
    }
  }

  std::span<const double> costs_;
  Index rows_;
  Index columns_;
  std::vector<double> row_price_;
  std::vector<double> column_price_;
  std::vector<std::int32_t> column_of_row_;
  std::vector<std::int32_t> row_of_column_;
  std::vector<double> distance_;
  std::vector<std::int32_t> row_before_;
  std::vector<bool> reached_;
};

std::vector<double> transposed(std::span<const double> costs, Index rows, Index columns) {
  std::vector<double> out(costs.size());
  for (Index r = 0; r < rows; ++r) {
    for (Index c = 0; c < columns; ++c) {
      out[c * rows + r] = costs[r * columns + c];
    }
  }
  return out;
}

}  // namespace

std::vector<std::int32_t> cheapest_assignment(std::span<const double> costs, Index rows,
                                              Index columns) {
  MIXVAE_ASSERT(static_cast<Index>(costs.size()) == rows * columns, "cost matrix of wrong length");
  MIXVAE_ASSERT(std::ranges::all_of(costs, [](double cost) { return std::isfinite(cost); }),
                "a cost is not finite");
  if (rows <= columns) {
    return AugmentingPaths(costs, rows, columns).solve();
  }
  const std::vector<double> turned = transposed(costs, rows, columns);
  const auto row_of_column = AugmentingPaths(turned, columns, rows).solve();
  std::vector<std::int32_t> column_of_row(rows, -1);
  for (Index c = 0; c < columns; ++c) {
    column_of_row[row_of_column[c]] = static_cast<std::int32_t>(c);
  }
  return column_of_row;
}

}  // namespace mixvae::metrics
