#pragma once

#include <cstdint>
#include <optional>

#include "data/dataset.hpp"
#include "data/prepare/preprocessing.hpp"
#include "fit/fit_options.hpp"

namespace mixvae::fit {

/// Pixels in a row of the images that a convolutional encoder reads: as asked for, else as the data
/// file says; empty where neither does, and for a dense encoder what was asked for. Throws
/// UsageError where the encoder would read principal components, InputError where it would read
/// some of the data's features only: neither are images.
std::optional<std::int64_t> image_width(const FitOptions& options, const Source& source,
                                        const Preprocessing& preprocessing);

}  // namespace mixvae::fit
