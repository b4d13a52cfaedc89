#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "data/matrix.hpp"

namespace mixvae::cluster {

// Coordinates of cells without the effect of the batches that they come from, by the linear
// correction of Harmony (Korsunsky et al., Nature Methods 16, 2019; docs/equations.md, batches).
// Letters: N cells, d coordinates, J batches, K clusters.

struct BatchCorrectionOptions {
  Index clusters = 0;    // K; 0: one for each 30 cells, at most 100
  double width = 0.1;    // sigma: how soft clusters are
  double diversity = 2;  // theta: how strongly a cluster wants cells of all batches
  double ridge = 1;      // lambda: cells that a shift of 0 counts as
  int rounds = 10;       // of clustering and correcting
  std::uint64_t seed = 0;
};

/// A mixture of clusters that every batch shares, and how far each batch lies from them.
struct BatchCorrection {
  DenseMatrix centres;  // [K, d] without batches
  DenseMatrix shifts;   // [J K, d] of batch j in cluster k: row j K + k
  float width = 0.1F;

  bool present() const { return centres.rows > 0; }
  Index batches() const { return present() ? shifts.rows / centres.rows : 0; }
};

/// Learns the correction of x [N, d] for the batch of each cell, in [0, J). The same bits for any
/// number of threads. A bug for a batch without cells or out of range.
BatchCorrection learn_batch_correction(const DenseMatrix& x, std::span<const std::int32_t> batches,
                                       const BatchCorrectionOptions& options = {});

/// x [N, d] less the shifts of each cell's batch, each as far as the cell lies in its cluster: a
/// function of the cell alone.
DenseMatrix without_batches(const BatchCorrection& correction, const DenseMatrix& x,
                            std::span<const std::int32_t> batches);

/// The same correction with one batch more, the last, whose shifts are learnt from its cells
/// x [n, d] alone while the clusters stay (as Symphony maps a query: Kang et al., Nature
/// Communications 12, 2021).
BatchCorrection with_further_batch(BatchCorrection correction, const DenseMatrix& x);

}  // namespace mixvae::cluster
