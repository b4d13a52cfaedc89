#include "data/io/hdf5/lzf.hpp"

#include <algorithm>
#include <cstdlib>

#include <hdf5.h>

namespace mixvae::hdf5 {
namespace {

constexpr H5Z_filter_t kLzfFilterNumber = 32000;
constexpr std::size_t kLargestChunk = std::size_t{1} << 32;  // HDF5 chunks are below 4 GiB

/// One copy of earlier output; false when it reaches beyond either end.
bool copy_back(std::span<unsigned char> out, std::size_t& written, std::size_t distance,
               std::size_t length) {
  if (distance > written || length > out.size() - written) {
    return false;
  }
  for (std::size_t i = 0; i < length; ++i, ++written) {
    out[written] = out[written - distance];
  }
  return true;
}

bool copy_literals(std::span<const unsigned char> packed, std::size_t& at,
                   std::span<unsigned char> out, std::size_t& written, std::size_t length) {
  if (length > packed.size() - at || length > out.size() - written) {
    return false;
  }
  std::copy_n(packed.begin() + static_cast<std::ptrdiff_t>(at), length,
              out.begin() + static_cast<std::ptrdiff_t>(written));
  at += length;
  written += length;
  return true;
}

/// The size that a chunk unpacks to: the filter's third parameter, as h5py writes it.
std::size_t unpacked_size(std::size_t parameter_count, const unsigned* parameters) {
  return parameter_count >= 3 ? std::min<std::size_t>(parameters[2], kLargestChunk) : 0;
}

std::size_t lzf_filter(unsigned flags, std::size_t parameter_count, const unsigned* parameters,
                       std::size_t bytes, std::size_t* buffer_size, void** buffer) {
  const std::size_t size = unpacked_size(parameter_count, parameters);
  if ((flags & H5Z_FLAG_REVERSE) == 0 || size == 0) {
    return 0;
  }
  auto* unpacked = static_cast<unsigned char*>(H5allocate_memory(size, false));
  if (unpacked == nullptr) {
    return 0;
  }
  const auto written =
      unpack_lzf({static_cast<const unsigned char*>(*buffer), bytes}, {unpacked, size});
  if (!written) {
    H5free_memory(unpacked);
    return 0;
  }
  H5free_memory(*buffer);
  *buffer = unpacked;
  *buffer_size = size;
  return *written;
}

}  // namespace

std::optional<std::size_t> unpack_lzf(std::span<const unsigned char> packed,
                                      std::span<unsigned char> out) {
  std::size_t at = 0;
  std::size_t written = 0;
  while (at < packed.size()) {
    const std::size_t control = packed[at++];
    if (control < 32) {
      if (!copy_literals(packed, at, out, written, control + 1)) return std::nullopt;
      continue;
    }
    std::size_t length = (control >> 5U) + 2;
    if (control >> 5U == 7) {
      if (at >= packed.size()) return std::nullopt;
      length += packed[at++];
    }
    if (at >= packed.size()) return std::nullopt;
    const std::size_t distance = ((control & 31U) << 8U) + packed[at++] + 1;
    if (!copy_back(out, written, distance, length)) return std::nullopt;
  }
  return written;
}

void register_lzf() {
  if (H5Zfilter_avail(kLzfFilterNumber) > 0) {
    return;
  }
  static const H5Z_class2_t kFilter = {H5Z_CLASS_T_VERS, kLzfFilterNumber, 0,         1, "lzf",
                                       nullptr,          nullptr,          lzf_filter};
  H5Zregister(&kFilter);
}

}  // namespace mixvae::hdf5
