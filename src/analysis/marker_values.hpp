#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "data/prepare/preprocessing.hpp"
#include "metrics/markers.hpp"

namespace mixvae::analysis {

/// The values in which markers of types are looked for.
struct MarkerValues {
  Matrix x;                         // [n, D]
  std::vector<std::string> names;   // [D] features
  std::vector<std::int32_t> types;  // [n] of the cells
  metrics::MarkerScale scale = metrics::MarkerScale::values;
  std::vector<std::string> notes;  // what was chosen and done, one sentence each
};

/// Of cytometry data (channel_kinds.hpp) the markers, and whatever else the fit used, in the units
/// of the fit (transformed, not scaled); of other data all features as they are, normalised by
/// marker_statistics where they are counts. Features with a value that is no finite number are left
/// out, which `notes` says. `types` [N]: of the data set's cells, -1 for none; cells that the
/// preprocessing leaves out are not among the n. Takes the data set's matrix. Throws InputError
/// when no feature is left.
MarkerValues marker_values(Dataset dataset, std::vector<std::int32_t> types,
                           const Preprocessing& fitted);

}  // namespace mixvae::analysis
