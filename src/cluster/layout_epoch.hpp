#pragma once

#include <cstdint>
#include <span>

#include "base/philox.hpp"
#include "data/matrix.hpp"

namespace mixvae::cluster {

constexpr Index kMostLayoutComponents = 64;
constexpr Index kMostNegatives = 7;

/// What all steps of an epoch of a layout share.
struct LayoutEpoch {
  const CsrMatrix& graph;     // values: the share of the epochs in which a link acts
  const DenseMatrix& points;  // [N,c], where all stood before the epoch
  Index number;               // of the epoch
  float rate;                 // learning rate
  Index negatives;
  float a;
  float b;
  Philox random;
};

/// Moves points (rows of the graph) by one epoch, from own [.,c] to own: one step per link that
/// acts, in order, each the pull of the link and the pushes of its random cells, all from the same
/// place. What a point does depends on its row number, its links and the other points alone.
void move_points(const LayoutEpoch& epoch, std::span<const std::int32_t> points, DenseMatrix& own);

}  // namespace mixvae::cluster
