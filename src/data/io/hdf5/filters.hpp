#pragma once

#include <string>

#include "data/io/hdf5/handle.hpp"

namespace mixvae::hdf5 {

/// Throws InputError when the array was compressed by a filter that HDF5 does not have here, naming
/// the filter and the Debian package that brings it.
void require_filters(hid_t creation_properties, const std::string& where);

}  // namespace mixvae::hdf5
