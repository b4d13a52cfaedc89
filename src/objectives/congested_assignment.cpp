#include "objectives/congested_assignment.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "base/error.hpp"

namespace mixvae::objectives {
namespace {

/// More than any path costs: paths have at most as many moves as there are types.
constexpr std::int64_t kNoMove = std::int64_t{1} << 61;
constexpr double kLargestCost = 1125899906842624.0;  // 2^50

/// The flow network with the cells that have come so far, at its cheapest flow. Costs are whole
/// numbers, each cell's smallest 0.
class CheapestFlow {
 public:
  CheapestFlow(std::span<const double> costs, std::int64_t cells, std::int64_t types,
               double congestion)
      : types_(static_cast<std::size_t>(types)),
        costs_(costs.begin(), costs.end()),
        type_(static_cast<std::size_t>(cells), -1),
        cells_of_(types_),
        move_cost_(types_ * types_, kNoMove),
        mover_(types_ * types_, 0),
        price_(types_),
        next_(types_) {
    double largest = congestion * static_cast<double>(cells);
    for (std::size_t n = 0; n < type_.size(); ++n) {
      const auto row = std::span(costs_).subspan(n * types_, types_);
      const double least = *std::ranges::min_element(row);
      for (double& cost : row) {
        cost -= least;
        largest = std::max(largest, cost);
      }
    }
    const double scale = largest > 0 ? kLargestCost / largest : 0.0;
    for (const double cost : costs_) {
      whole_costs_.push_back(std::llround(cost * scale));
    }
    congestion_ = std::llround(congestion * scale);
  }

  /// Adds a cell along the cheapest path: it takes a type, from which another cell moves on, ...,
  /// until a type keeps one cell more.
  void add(std::size_t cell) {
    price_types();
    std::size_t type = 0;
    for (std::size_t k = 1; k < types_; ++k) {
      if (cost(cell, k) + price_[k] < cost(cell, type) + price_[type]) {
        type = k;
      }
    }
    std::size_t coming = cell;
    while (next_[type] >= 0) {
      const auto onward = static_cast<std::size_t>(next_[type]);
      const std::size_t going = mover_[type * types_ + onward];
      enter(coming, type);
      leave(going, type);
      coming = going;
      type = onward;
    }
    enter(coming, type);
  }

  const std::vector<std::int32_t>& types() const { return type_; }

 private:
  std::int64_t cost(std::size_t cell, std::size_t type) const {
    return whole_costs_[cell * types_ + type];
  }

  /// What one more cell in each type costs the others, and to which type one then moves on, if any
  /// (Bellman and Ford; the flow is cheapest, so no cycle of moves gains anything).
  void price_types() {
    for (std::size_t k = 0; k < types_; ++k) {
      price_[k] = congestion_ * std::ssize(cells_of_[k]);
      next_[k] = -1;
    }
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t from = 0; from < types_; ++from) {
        for (std::size_t to = 0; to < types_; ++to) {
          const std::int64_t price = move_cost_[from * types_ + to] + price_[to];
          if (price < price_[from]) {
            price_[from] = price;
            next_[from] = static_cast<std::int32_t>(to);
            changed = true;
          }
        }
      }
    }
  }

  void enter(std::size_t cell, std::size_t type) {
    type_[cell] = static_cast<std::int32_t>(type);
    cells_of_[type].push_back(cell);
    note_moves(cell, type);
  }

  void leave(std::size_t cell, std::size_t type) {
    std::erase(cells_of_[type], cell);
    std::fill_n(move_cost_.begin() + static_cast<std::ptrdiff_t>(type * types_), types_, kNoMove);
    for (const std::size_t other : cells_of_[type]) {
      note_moves(other, type);
    }
  }

  /// The cell is one of those that may move on from its type.
  void note_moves(std::size_t cell, std::size_t type) {
    for (std::size_t to = 0; to < types_; ++to) {
      const std::int64_t price = cost(cell, to) - cost(cell, type);
      if (to != type && price < move_cost_[type * types_ + to]) {
        move_cost_[type * types_ + to] = price;
        mover_[type * types_ + to] = cell;
      }
    }
  }

  std::size_t types_;
  std::vector<double> costs_;
  std::vector<std::int64_t> whole_costs_ = {};
  std::int64_t congestion_ = 0;
  std::vector<std::int32_t> type_;
  std::vector<std::vector<std::size_t>> cells_of_;
  std::vector<std::int64_t> move_cost_;  // [K, K] of the cheapest move from one type to another,
  std::vector<std::size_t> mover_;       // and the cell that makes it
  std::vector<std::int64_t> price_;      // [K]
  std::vector<std::int32_t> next_;       // [K] type, or -1: none moves on
};

}  // namespace

std::vector<std::int32_t> congested_assignment(std::span<const double> costs, std::int64_t cells,
                                               std::int64_t types, double congestion) {
  MIXVAE_ASSERT(types >= 1 && cells >= 0 && std::ssize(costs) == cells * types,
                "there is a cost for each cell and type");
  MIXVAE_ASSERT(congestion >= 0 && std::isfinite(congestion) &&
                    std::ranges::all_of(costs, [](double cost) { return std::isfinite(cost); }),
                "costs are finite");
  CheapestFlow flow(costs, cells, types, congestion);
  for (std::size_t n = 0; n < static_cast<std::size_t>(cells); ++n) {
    flow.add(n);
  }
  return flow.types();
}

}  // namespace mixvae::objectives
