#pragma once

#include <memory>

#include "analysis/projection.hpp"
#include "data/augmentation.hpp"

namespace mixvae::analysis {

/// Copies made in feature space [B, D] and then projected [B, k], for networks that read principal
/// components. The projection must outlive the result.
std::unique_ptr<CopyMaker> projected_copies(std::unique_ptr<CopyMaker> copies,
                                            const Projection& projection);

}  // namespace mixvae::analysis
