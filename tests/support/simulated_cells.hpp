#pragma once

#include "data/simulate/simulate_cells.hpp"

namespace mixvae::support {

/// How many cells there are, of how many types, and in the largest and the smallest of these.
struct Sizes {
  Index cells = 120;
  Index genes = 60;
  Index types = 3;
  Index largest = 60;
  Index smallest = 20;
};

/// Counts of simulated cells.
inline Dataset simulated_cells(const Sizes& sizes = {}) {
  SimulateCellsOptions simulate;
  simulate.cells = sizes.cells;
  simulate.genes = sizes.genes;
  simulate.types = sizes.types;
  simulate.largest_type = sizes.largest;
  simulate.smallest_type = sizes.smallest;
  return simulate_cells(simulate, 1);
}

}  // namespace mixvae::support
