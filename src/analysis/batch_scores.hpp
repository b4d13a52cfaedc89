#pragma once

#include <optional>

#include "analysis/assignment.hpp"
#include "data/table.hpp"

namespace mixvae::analysis {

/// How far types and coordinates follow the batches that cells come from.
struct BatchScores {
  double nmi_types = 0;   // of types with batches (arithmetic)
  double nmi_labels = 0;  // of the known labels with batches: what the batches' contents explain
  std::optional<double> mixing;  // share of other batches among the nearest cells in the latent
                                 // space, over that of cells drawn at random: 1 mixed, 0 apart;
                                 // nothing where all cells that were asked come from one batch
};

/// Neighbours that mixing looks at, and cells of which it asks them.
inline constexpr Index kMixingNeighbours = 30;
inline constexpr Index kMixingCells = 10000;

/// Over the cells with a type, a label and a batch; mixing over at most kMixingCells of them, the
/// same for a seed. Throws InputError for fewer than two batches among them.
BatchScores batch_scores(const Assignment& assignment, const Categorical& labels,
                         const Categorical& batches, std::uint64_t seed);

}  // namespace mixvae::analysis
