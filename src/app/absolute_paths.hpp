#pragma once

#include <string>

#include "data/io/read.hpp"
#include "fit/fit_options.hpp"

namespace mixvae::app {

/// Makes the path of every file that these options name absolute, so that they mean the same from
/// any folder: the input, --annotations (FILE or FILE:KEY), --pairs, --reference-prior, and
/// --features and --similarity where they name a file and not one of their words.
void make_paths_absolute(std::string& input, ReadOptions& read, fit::FitOptions& fit);

}  // namespace mixvae::app
