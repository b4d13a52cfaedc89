#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace mixvae::hdf5 {

/// Unpacks an LZF stream into `out`; the number of bytes written, or nothing when the stream is
/// damaged or `out` too small. Format: a control byte below 32 starts a run of control + 1 literal
/// bytes; any other one a copy of (control >> 5) + 2 bytes (7 there: the next byte is added) from
/// ((control & 31) << 8) + next byte + 1 bytes back.
std::optional<std::size_t> unpack_lzf(std::span<const unsigned char> packed,
                                      std::span<unsigned char> out);

/// Teaches HDF5 to read the LZF filter (number 32000) that h5py and old anndata use, unless it
/// knows it already. Debian's plugin for it (hdf5-plugin-lzf 3.7) does not load by itself, because
/// it is not linked to liblzf.
void register_lzf();

}  // namespace mixvae::hdf5
