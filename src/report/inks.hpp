#pragma once

namespace mixvae::report {

/// Colours of what is no data: titles and ticks, lines behind the data, cells without a value.
inline constexpr const char* kQuiet = "#52606d";
inline constexpr const char* kFaint = "#e4e7eb";
inline constexpr const char* kMissing = "#dfe3e8";

}  // namespace mixvae::report
