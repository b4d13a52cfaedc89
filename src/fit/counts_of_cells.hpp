#pragma once

#include <vector>

#include "data/prepare/preprocessing.hpp"
#include "nn/torch.hpp"

namespace mixvae::fit {

/// Raw counts of the cells that a model reads: what likelihoods of counts are of. Letters: N cells,
/// G features that are decoded.
struct CountsOfCells {
  const CsrMatrix& counts;            // [N, G]
  const std::vector<float>& library;  // [N] sum of all counts of each cell
};

/// [G] each feature's share of all counts, those of features that were not chosen among them.
torch::Tensor mean_shares(const CountsOfCells& cells);

/// Counts and libraries alone of some of the cells; neither where there are no counts.
Prepared counts_of_rows(const Prepared& prepared, const std::vector<Index>& rows);

}  // namespace mixvae::fit
