#pragma once

#include "analysis/traversal.hpp"
#include "report/figure.hpp"

namespace mixvae::report {

/// Decoded images: a grid for each walk, rows are types, columns steps; black is the least value of
/// all, white the largest. `width`: pixels in a row of an image. A bug where it does not divide the
/// number of features.
Figure image_traversal_figure(const analysis::Traversal& traversal, Index width);

}  // namespace mixvae::report
