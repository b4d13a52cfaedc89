#pragma once

#include <span>
#include <vector>

namespace mixvae::metrics {

/// p values adjusted for multiple testing [n]: the smallest false discovery rate at which each test
/// is significant (Benjamini and Hochberg, J. R. Stat. Soc. B 57, 1995). A NaN stays NaN and does
/// not count as a test.
std::vector<double> benjamini_hochberg(std::span<const double> p);

/// The same on decimal logarithms of p values, which may lie below those that a double can hold.
std::vector<double> benjamini_hochberg_log10(std::span<const double> log10_p);

}  // namespace mixvae::metrics
