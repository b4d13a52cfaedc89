#pragma once

#include "data/dataset.hpp"
#include "data/prepare/preprocessing.hpp"
#include "fit/fit_options.hpp"

namespace mixvae::fit {

/// Sets the width of the images that a model reads, where the data file says it and the user does
/// not. Throws UsageError where the model would read principal components, InputError where it
/// would read some of the data's features only: neither are images.
void complete_image_width(FitOptions& options, const models::Recipe& recipe, const Source& source,
                          const Preprocessing& preprocessing);

}  // namespace mixvae::fit
