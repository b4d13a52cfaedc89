#pragma once

#include <cstdint>
#include <optional>

#include "analysis/fit_options.hpp"
#include "data/dataset.hpp"
#include "data/preprocessing.hpp"

namespace mixvae::analysis {

/// Pixels in a row of the images that a convolutional encoder reads: as asked for, else as the data
/// file says; empty where neither does, and for a dense encoder what was asked for. Throws
/// UsageError where the encoder would read principal components, InputError where it would read
/// some of the data's features only: neither are images.
std::optional<std::int64_t> image_width(const FitOptions& options, const Source& source,
                                        const Preprocessing& preprocessing);

}  // namespace mixvae::analysis
