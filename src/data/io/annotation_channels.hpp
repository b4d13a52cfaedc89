#pragma once

#include "data/dataset.hpp"

namespace mixvae {

/// Channels that say something of the event (labels, clusters) become annotations of the cells too,
/// with missing values where they are no number; such a channel holds 0 there. For dense data whose
/// features have kinds (channel_kinds.hpp).
void annotate_cells_by_channels(Dataset& dataset);

}  // namespace mixvae
