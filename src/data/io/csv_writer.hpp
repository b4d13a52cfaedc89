#pragma once

#include <string>
#include <string_view>

namespace mixvae {

/// A field of a CSV file: quoted where it holds a comma, a quote, a line break, or blanks at its
/// ends.
std::string csv_field(std::string_view text);

}  // namespace mixvae
