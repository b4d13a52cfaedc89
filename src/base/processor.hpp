#pragma once

#include <string>
#include <vector>

namespace mixvae {

/// Whether the processor has AVX-512 as far as fast code needs it (its parts F, BW, CD, DQ and VL).
bool has_avx512();

/// What of the processor decides how fast the program is: those of "AVX2", "FMA" and "AVX-512" that
/// it has; nothing on machines other than x86-64.
std::vector<std::string> processor_features();

}  // namespace mixvae
