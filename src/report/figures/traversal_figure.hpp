#pragma once

#include "analysis/traversal.hpp"
#include "report/figure.hpp"

namespace mixvae::report {

/// Heat maps of the features that move most: a panel for each type (rows) and walk (columns, of
/// more than four in several rows), a row
/// for each of its first `features` features, a column for each step; the colour is how far the
/// value lies from its mean over the walk, in the feature's s.d. over cells, one scale for all.
Figure traversal_figure(const analysis::Traversal& traversal, Index features = 10);

}  // namespace mixvae::report
