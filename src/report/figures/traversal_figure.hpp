#pragma once

#include "analysis/traversal.hpp"
#include "report/figure.hpp"

namespace mixvae::report {

/// Heat maps of the features that move most: a panel for each type (rows) and walk (columns), a row
/// for each of its first `features` features, a column for each step; the colour is how far the
/// value lies from its mean over the walk, in the feature's s.d. over cells, one scale for all.
Figure traversal_figure(const analysis::Traversal& traversal, Index features = 10);

/// Decoded images: a grid for each walk, rows are types, columns steps; black is the least value of
/// all, white the largest. `width`: pixels in a row of an image. A bug where it does not divide the
/// number of features.
Figure image_traversal_figure(const analysis::Traversal& traversal, Index width);

}  // namespace mixvae::report
