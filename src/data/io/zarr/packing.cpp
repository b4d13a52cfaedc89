#include "data/io/zarr/packing.hpp"

#include <algorithm>
#include <array>
#include <blosc.h>
#include <lz4.h>
#include <memory>
#include <zstd.h>

#include <zlib.h>

#include "base/error.hpp"

namespace mixvae::zarr {
namespace {

// zstd keeps a block of 128 KiB of equal bytes in four; no other codec packs tighter.
constexpr std::uint64_t kTightestPacking = 32768;
constexpr std::uint64_t kSmallEnough = std::uint64_t{64} << 20;
constexpr std::size_t kZlibPiece = std::size_t{1} << 30U;  // zlib counts in 32 bits
constexpr std::size_t kSizeBytes = 4;  // of the numbers beside chunks: lengths, checksums

/// What one call works on.
struct Packed {
  std::string_view bytes;
  std::optional<std::uint64_t> expected;
  std::string_view codec;
  const std::string& where;
};

[[noreturn]] void refuse_damaged_chunk(const Packed& packed, const std::string& found) {
  throw InputError({.what = "packed bytes of the Zarr store are damaged",
                    .where = packed.where,
                    .found = std::string(packed.codec) + ": " + found,
                    .hint = "fetch or write the store again"});
}

std::uint32_t little_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = kSizeBytes; i-- > 0;) {
    value = value << 8U | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

/// Room for as many bytes as the packed ones announce.
std::string room_for(const Packed& packed, std::uint64_t announced) {
  if (packed.expected && announced != *packed.expected) {
    refuse_damaged_chunk(packed, std::to_string(announced) + " bytes announced, " +
                                     std::to_string(*packed.expected) + " expected");
  }
  require_plausible_size(announced, packed.bytes.size(), packed.where);
  return std::string(announced, '\0');
}

/// Fills a buffer that grows; `step(out, room)` returns how many bytes it wrote, 0 at the end.
template <class Step>
std::string grow(const Packed& packed, Step step) {
  std::string out;
  std::size_t filled = 0;
  while (true) {
    const std::size_t next = packed.expected ? *packed.expected + 1 : 2 * filled + 4096;
    if (filled == out.size()) {
      if (out.size() >= next) {
        refuse_damaged_chunk(packed, "more bytes than expected");
      }
      require_plausible_size(next - 1, packed.bytes.size(), packed.where);
      out.resize(next);
    }
    const std::size_t written = step(out.data() + filled, out.size() - filled);
    if (written == 0) {
      break;
    }
    filled += written;
  }
  if (packed.expected && filled != *packed.expected) {
    refuse_damaged_chunk(packed, std::to_string(filled) + " bytes, " +
                                     std::to_string(*packed.expected) + " expected");
  }
  out.resize(filled);
  return out;
}

std::string unpack_zlib(const Packed& packed) {
  z_stream stream = {};
  constexpr int kZlibOrGzip = 15 + 32;
  MIXVAE_ASSERT(inflateInit2(&stream, kZlibOrGzip) == Z_OK, "zlib starts");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> ender(&stream, inflateEnd);
  std::string_view waiting = packed.bytes;
  bool ended = false;
  return grow(packed, [&](char* out, std::size_t room) -> std::size_t {
    if (ended) {
      return 0;
    }
    if (stream.avail_in == 0) {
      const std::string_view next = waiting.substr(0, kZlibPiece);
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(next.data()));
      stream.avail_in = static_cast<uInt>(next.size());
      waiting.remove_prefix(next.size());
    }
    const auto most = static_cast<uInt>(std::min(room, kZlibPiece));
    stream.next_out = reinterpret_cast<Bytef*>(out);
    stream.avail_out = most;
    const int status = inflate(&stream, Z_NO_FLUSH);
    ended = status == Z_STREAM_END;
    if (!ended && (status != Z_OK || stream.avail_out == most)) {
      refuse_damaged_chunk(packed, "zlib cannot unpack them");
    }
    return most - stream.avail_out;
  });
}

std::string unpack_zstd(const Packed& packed) {
  const std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(),
                                                                        ZSTD_freeDCtx);
  ZSTD_inBuffer in = {packed.bytes.data(), packed.bytes.size(), 0};
  std::size_t left = 1;  // of the frame that is being unpacked
  return grow(packed, [&](char* out, std::size_t room) {
    ZSTD_outBuffer written = {out, room, 0};
    while (written.pos == 0 && (in.pos < in.size || left != 0)) {
      const std::size_t before = in.pos;
      left = ZSTD_decompressStream(context.get(), &written, &in);
      if (ZSTD_isError(left) != 0) {
        refuse_damaged_chunk(packed, ZSTD_getErrorName(left));
      }
      if (written.pos == 0 && in.pos == before && left != 0) {
        refuse_damaged_chunk(packed, "cut off");
      }
    }
    return written.pos;
  });
}

std::string unpack_lz4(const Packed& packed) {
  if (packed.bytes.size() < kSizeBytes) {
    refuse_damaged_chunk(packed, "cut off");
  }
  const std::string_view block = packed.bytes.substr(kSizeBytes);
  const std::size_t announced = little_endian(packed.bytes);
  if (std::max(block.size(), announced) > LZ4_MAX_INPUT_SIZE) {
    refuse_damaged_chunk(packed, "more bytes than lz4 can hold");
  }
  std::string out = room_for(packed, announced);
  const int got = LZ4_decompress_safe(block.data(), out.data(), static_cast<int>(block.size()),
                                      static_cast<int>(out.size()));
  if (got < 0 || static_cast<std::size_t>(got) != out.size()) {
    refuse_damaged_chunk(packed, "lz4 cannot unpack them");
  }
  return out;
}

std::string unpack_blosc(const Packed& packed) {
  std::size_t announced = 0;
  if (packed.bytes.size() < BLOSC_MIN_HEADER_LENGTH ||
      blosc_cbuffer_validate(packed.bytes.data(), packed.bytes.size(), &announced) != 0) {
    refuse_damaged_chunk(packed, "blosc does not know the header");
  }
  std::string out = room_for(packed, announced);
  const int got = blosc_decompress_ctx(packed.bytes.data(), out.data(), out.size(), 1);
  if (got < 0 || static_cast<std::size_t>(got) != out.size()) {
    refuse_damaged_chunk(packed, "blosc cannot unpack them");
  }
  return out;
}

/// CRC-32C (Castagnoli), bits in reflected order.
std::uint32_t crc32c(std::string_view bytes) {
  constexpr std::uint32_t kPolynomial = 0x82f63b78;
  static const std::array<std::uint32_t, 256> kTable = [] {
    std::array<std::uint32_t, 256> table = {};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
      std::uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit) {
        value = (value & 1U) != 0 ? value >> 1U ^ kPolynomial : value >> 1U;
      }
      table[i] = value;
    }
    return table;
  }();
  std::uint32_t sum = 0xffffffff;
  for (const char c : bytes) {
    sum = sum >> 8U ^ kTable[(sum ^ static_cast<unsigned char>(c)) & 0xffU];
  }
  return ~sum;
}

std::string without_checksum(const Packed& packed) {
  if (packed.bytes.size() < kSizeBytes) {
    refuse_damaged_chunk(packed, "cut off");
  }
  const std::string_view content = packed.bytes.substr(0, packed.bytes.size() - kSizeBytes);
  if (crc32c(content) != little_endian(packed.bytes.substr(content.size()))) {
    refuse_damaged_chunk(packed, "the checksum differs");
  }
  if (packed.expected && content.size() != *packed.expected) {
    refuse_damaged_chunk(packed, std::to_string(content.size()) + " bytes, " +
                                     std::to_string(*packed.expected) + " expected");
  }
  return std::string(content);
}

using Unpacker = std::string (*)(const Packed&);

struct NamedUnpacker {
  std::string_view codec;
  Unpacker unpacker;
};

constexpr std::array<NamedUnpacker, 6> kUnpackers = {{{"zstd", unpack_zstd},
                                                      {"blosc", unpack_blosc},
                                                      {"lz4", unpack_lz4},
                                                      {"gzip", unpack_zlib},
                                                      {"zlib", unpack_zlib},
                                                      {"crc32c", without_checksum}}};

Unpacker unpacker_named(const std::string& codec) {
  const auto* found = std::ranges::find(kUnpackers, codec, &NamedUnpacker::codec);
  return found == kUnpackers.end() ? nullptr : found->unpacker;
}

}  // namespace

void require_known_packing(const std::string& codec, const std::string& where) {
  if (unpacker_named(codec) == nullptr) {
    throw InputError({.what = "the Zarr store uses a codec that is not read",
                      .where = where,
                      .found = "'" + codec + "'",
                      .expected = "zstd, blosc, lz4, gzip, zlib, crc32c or none",
                      .hint = "in Python: import anndata; anndata.read_zarr(STORE)"
                              ".write_h5ad(\"cells.h5ad\")"});
  }
}

bool is_plausible_size(std::uint64_t size, std::uint64_t packed) {
  return size <= kSmallEnough || (size - kSmallEnough) / kTightestPacking <= packed;
}

void require_plausible_size(std::uint64_t size, std::uint64_t packed, const std::string& where) {
  if (!is_plausible_size(size, packed)) {
    throw InputError({.what = "the Zarr store claims more bytes than it can hold",
                      .where = where,
                      .found = std::to_string(size) + " bytes from " + std::to_string(packed),
                      .hint = "the store is damaged; fetch or write it again"});
  }
}

std::string unpack(const std::string& codec, std::string_view packed,
                   std::optional<std::uint64_t> expected, const std::string& where) {
  require_known_packing(codec, where);
  return unpacker_named(codec)({packed, expected, codec, where});
}

}  // namespace mixvae::zarr
