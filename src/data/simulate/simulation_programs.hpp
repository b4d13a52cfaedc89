#pragma once

#include <cstdint>
#include <vector>

#include "data/matrix.hpp"
#include "data/simulate/simulate_cells.hpp"
#include "data/simulate/type_tree.hpp"

namespace mixvae {

/// Genes with their ln fold changes.
struct GeneProgram {
  std::vector<Index> genes;
  std::vector<double> effects;
};

/// Everything that is the same for all cells of a simulated data set. Letters: K types, D genes, S
/// states.
struct SimulatedPrograms {
  TypeTree tree;                          // branch lengths: norm of the branch's ln fold changes
  std::vector<double> base;               // [D] relative expression before any program
  std::vector<double> dispersion_factor;  // [D] 60 / chi2_60
  std::vector<std::vector<double>> type_level;        // [K][D] ln of relative expression
  std::vector<GeneProgram> shared_states;             // one program per shared state
  std::vector<std::vector<GeneProgram>> type_states;  // [K] one program per type-specific state
  std::vector<std::vector<double>> batch_effects;     // [batches][D]; empty for one batch
};

SimulatedPrograms draw_programs(const SimulateCellsOptions& simulate, std::uint64_t seed);

}  // namespace mixvae
