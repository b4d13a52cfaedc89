#pragma once

#include <string>

namespace mixvae::report {

/// Colour "#rrggbb" of a share in [0, 1] on a scale from near white to dark blue whose lightness
/// falls evenly; values beyond count as the ends, NaN is light grey.
std::string sequential_color(double share);

/// Of a value in [-1, 1]: blue below 0, near white at 0, red above; both ends equally dark.
std::string diverging_color(double value);

/// Whether text on that share of sequential_color must be white to be read.
bool needs_white_text(double share);

}  // namespace mixvae::report
