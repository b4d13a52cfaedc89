#pragma once

#include <cstdint>
#include <memory>

#include "cluster/knn.hpp"
#include "data/prepare/augmentation.hpp"
#include "fit/fit_input.hpp"

namespace mixvae::fit {

/// The copies of cells that the options name, of the width that the networks read, or null for
/// none. `pruned`: whether types are pruned. The input must outlive them.
std::unique_ptr<CopyMaker> make_copies(const FitInput& input, const cluster::Neighbours& graph,
                                       const FitOptions& options, bool pruned, std::uint64_t seed);

}  // namespace mixvae::fit
