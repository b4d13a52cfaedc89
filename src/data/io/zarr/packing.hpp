#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mixvae::zarr {

/// Throws InputError unless `codec` is one that unpack knows: zstd, blosc, lz4, zlib, gzip, crc32c.
void require_known_packing(const std::string& codec, const std::string& where);

/// The bytes behind one codec of a chunk. `expected` is their number where it is known; else they
/// are bounded by what the packed bytes can hold. Throws InputError naming `where` for bytes that
/// are damaged, of another number, or implausibly many.
std::string unpack(const std::string& codec, std::string_view packed,
                   std::optional<std::uint64_t> expected, const std::string& where);

/// Throws InputError unless `packed` bytes can hold that many.
void require_plausible_size(std::uint64_t size, std::uint64_t packed, const std::string& where);

/// Whether bytes that all packings know could hold that many.
bool is_plausible_size(std::uint64_t size, std::uint64_t packed);

}  // namespace mixvae::zarr
