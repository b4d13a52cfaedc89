#pragma once

#include <string>

#include "fit/fit_input.hpp"

namespace mixvae::fit {

/// 16 hexadecimal digits that stand for all data that neighbours and start are computed from: the
/// prepared values, known types, the reference prior, and an embedding that came with the cells
/// (null: none).
std::string input_checksum(const FitInput& input, const DenseMatrix* embedding);

}  // namespace mixvae::fit
