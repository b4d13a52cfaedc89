#pragma once

#include <cstdint>
#include <memory>

#include "data/prepare/augmentation.hpp"

namespace mixvae {

/// Copies of square images (features are pixels, row by row), shifted, turned, stretched and
/// sheared at random around the image's centre; values between pixels are interpolated linearly,
/// those from outside the image are 0. Throws InputError when the features are not all pixels of a
/// square image.
std::unique_ptr<CopyMaker> affine_copies(const Prepared& prepared, const AffineOptions& affine,
                                         std::uint64_t seed);

}  // namespace mixvae
