#pragma once

#include <vector>

#include "metrics/markers.hpp"
#include "report/figure.hpp"
#include "report/markers_output.hpp"

namespace mixvae::report {

/// The strongest markers of every type, across all types in the given order [T]. Of genes a dot
/// plot: discs as large as the share of the type's cells that express the gene, coloured by the
/// effect. Of the channels of a cytometer a heat map of medians, each channel from its lowest to
/// its highest. At most `most` features, or one for each type; fewer of each where types are many.
Figure marker_figure(const MarkerList& list, const std::vector<Index>& order, Index most = 60);

}  // namespace mixvae::report
