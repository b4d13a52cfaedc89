#pragma once

#include <string>
#include <vector>

#include "data/io/additions.hpp"

namespace mixvae::app {

/// Results of cells as arrays of numpy by name: obs_names (the cells, as text), the columns (labels
/// as text, empty where a cell has none; numbers with NaN there), the arrays [N, *] as float32, and
/// what describes them, whose names have _ for / (mixvae_types for mixvae/types). Throws what
/// write_npz throws.
void write_npz_results(const std::string& path, const std::vector<std::string>& cells,
                       const Additions& additions);

/// The one array among the results, [N, *] as float32, rows in the order of the cells. Throws
/// UsageError when there are several or none.
void write_npy_results(const std::string& path, const Additions& additions);

}  // namespace mixvae::app
