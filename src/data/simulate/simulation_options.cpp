#include "base/error.hpp"
#include "data/simulate/simulate_cells.hpp"

namespace mixvae {

Options options(SimulateCellsOptions& s) {
  return {
      {.name = "cells", .target = &s.cells, .meaning = "number of cells", .minimum = 2},
      {.name = "genes", .target = &s.genes, .meaning = "number of genes", .minimum = 2},
      {.name = "types", .target = &s.types, .meaning = "number of types", .minimum = 1},
      {.name = "largest-type",
       .target = &s.largest_type,
       .meaning = "cells of the largest type; 0 together with --smallest-type 0 makes even sizes",
       .minimum = 0},
      {.name = "smallest-type",
       .target = &s.smallest_type,
       .meaning = "cells of the smallest type",
       .minimum = 0},
      {.name = "shared-markers",
       .target = &s.shared_markers,
       .meaning = "genes that tell apart the two sides of each fork of the tree, per side",
       .minimum = 0},
      {.name = "private-markers",
       .target = &s.private_markers,
       .meaning = "marker genes of each single type",
       .minimum = 0},
      {.name = "marker-effect",
       .target = &s.marker_effect,
       .meaning = "standard deviation of the markers' ln fold changes just below the root",
       .minimum = 0},
      {.name = "depth-decay",
       .target = &s.depth_decay,
       .meaning = "factor on --marker-effect for each further level of the tree",
       .minimum = 0,
       .maximum = 1},
      {.name = "shared-states",
       .target = &s.shared_states,
       .meaning = "continuous states whose genes are the same in every type",
       .minimum = 0},
      {.name = "type-states",
       .target = &s.type_states,
       .meaning = "continuous states whose genes differ from type to type",
       .minimum = 0},
      {.name = "state-genes",
       .target = &s.state_genes,
       .meaning = "genes that each state drives",
       .minimum = 0},
      {.name = "state-effect",
       .target = &s.state_effect,
       .meaning = "standard deviation of a gene's ln fold change per unit of state",
       .minimum = 0},
      {.name = "library-median",
       .target = &s.library_median,
       .meaning = "median number of molecules per cell, before dropout",
       .minimum = 1},
      {.name = "library-spread",
       .target = &s.library_spread,
       .meaning = "standard deviation of the logarithm of the number of molecules per cell",
       .minimum = 0},
      {.name = "dispersion",
       .target = &s.dispersion,
       .meaning = "biological coefficient of variation of highly expressed genes",
       .minimum = 0},
      {.name = "dropout",
       .target = &s.dropout,
       .meaning = "mean count of which half of the values are lost; 0 loses none",
       .minimum = 0},
      {.name = "batches", .target = &s.batches, .meaning = "number of batches", .minimum = 1},
      {.name = "batch-effect",
       .target = &s.batch_effect,
       .meaning = "standard deviation of each gene's ln fold change in each batch",
       .minimum = 0},
  };
}

SimulateCellsOptions simulation_preset(const std::string& name) {
  if (name == "small") {
    return {};
  }
  if (name == "cortex") {
    return {.cells = 22365,
            .genes = 5000,
            .types = 115,
            .largest_type = 1404,
            .smallest_type = 16,
            .shared_markers = 60,
            .private_markers = 200,
            .marker_effect = 2.2,
            .library_median = 3800};
  }
  throw UsageError(
      {.what = "there is no simulation preset '" + name + "'", .expected = "small or cortex"});
}

}  // namespace mixvae
