#include "base/checksum.hpp"

#include <array>
#include <bit>
#include <cstring>

namespace mixvae {
namespace {

static_assert(std::endian::native == std::endian::little, "checksums read little-endian words");

constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87;
constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4F;
constexpr std::uint64_t kPrime3 = 0x165667B19E3779F9;
constexpr std::uint64_t kPrime4 = 0x85EBCA77C2B2AE63;
constexpr std::uint64_t kPrime5 = 0x27D4EB2F165667C5;

template <class Word>
Word take(std::string_view& bytes) {
  Word word = 0;
  std::memcpy(&word, bytes.data(), sizeof word);
  bytes.remove_prefix(sizeof word);
  return word;
}

std::uint64_t mixed(std::uint64_t lane, std::uint64_t word) {
  return std::rotl(lane + word * kPrime2, 31) * kPrime1;
}

/// Runs four lanes over all whole 32-byte stripes, which are taken off, and joins them.
std::uint64_t join_stripes(std::string_view& bytes, std::uint64_t seed) {
  std::array<std::uint64_t, 4> lanes{seed + kPrime1 + kPrime2, seed + kPrime2, seed,
                                     seed - kPrime1};
  while (bytes.size() >= 32) {
    for (std::uint64_t& lane : lanes) {
      lane = mixed(lane, take<std::uint64_t>(bytes));
    }
  }
  std::uint64_t hash = std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) +
                       std::rotl(lanes[3], 18);
  for (const std::uint64_t lane : lanes) {
    hash = (hash ^ mixed(0, lane)) * kPrime1 + kPrime4;
  }
  return hash;
}

std::uint64_t join_rest(std::string_view bytes, std::uint64_t hash) {
  while (bytes.size() >= 8) {
    hash = std::rotl(hash ^ mixed(0, take<std::uint64_t>(bytes)), 27) * kPrime1 + kPrime4;
  }
  if (bytes.size() >= 4) {
    hash = std::rotl(hash ^ (take<std::uint32_t>(bytes) * kPrime1), 23) * kPrime2 + kPrime3;
  }
  while (!bytes.empty()) {
    hash = std::rotl(hash ^ (take<std::uint8_t>(bytes) * kPrime5), 11) * kPrime1;
  }
  return hash;
}

}  // namespace

std::uint64_t checksum(std::string_view bytes, std::uint64_t seed) {
  const std::uint64_t length = bytes.size();
  std::uint64_t hash = length >= 32 ? join_stripes(bytes, seed) : seed + kPrime5;
  hash = join_rest(bytes, hash + length);
  hash = (hash ^ (hash >> 33)) * kPrime2;
  hash = (hash ^ (hash >> 29)) * kPrime3;
  return hash ^ (hash >> 32);
}

}  // namespace mixvae
