#pragma once

#include <string>

#include "data/dataset.hpp"

namespace mixvae::app {

/// 16 hexadecimal digits that stand for the matrix and the names of cells and features: other data
/// have others, as good as always.
std::string data_checksum(const Dataset& dataset);

/// The same, of the annotations of cells and features too, taken as labels.
std::string annotated_checksum(const Dataset& dataset);

}  // namespace mixvae::app
