#pragma once

#include <string>
#include <string_view>

#include "data/io/npy.hpp"

namespace mixvae {

/// Reads the dictionary of an .npy header, "{'descr': '<f8', 'fortran_order': False, 'shape': (3,
/// 4), }", into an array without data. Throws InputError naming `where`.
NpyArray parse_npy_dictionary(std::string_view dictionary, const std::string& where);

}  // namespace mixvae
