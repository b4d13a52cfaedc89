#pragma once

#include <memory>

#include "data/prepare/augmentation.hpp"
#include "fit/projection.hpp"

namespace mixvae::fit {

/// Copies made in feature space [B, D] and then projected [B, k], for networks that read principal
/// components. The projection must outlive the result.
std::unique_ptr<CopyMaker> projected_copies(std::unique_ptr<CopyMaker> copies,
                                            const Projection& projection);

}  // namespace mixvae::fit
