#include "data/io/zarr/chunks.hpp"

#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "data/io/zarr/packing.hpp"

namespace mixvae::zarr {
namespace {

constexpr std::uint64_t kLargestChunk = std::uint64_t{4} << 30;
constexpr std::uint64_t kNotStored = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t kChecksumBytes = 4;

[[noreturn]] void refuse_chunk(const std::string& what, const std::string& where,
                               const std::string& found, const std::string& expected) {
  throw InputError({.what = what,
                    .where = where,
                    .found = found,
                    .expected = expected,
                    .hint = "the store is damaged; fetch or write it again"});
}

std::uint64_t number_from(std::string_view bytes, bool big_endian) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    value = value << 8U | static_cast<unsigned char>(bytes[big_endian ? i : bytes.size() - 1 - i]);
  }
  return value;
}

}  // namespace

Index Chunks::elements() const { return store::bounded_product(metadata_.chunk); }

std::string Chunks::key_of(const std::vector<Index>& chunk) const {
  std::string numbers;
  for (const Index number : chunk) {
    numbers += (numbers.empty() ? "" : metadata_.separator) + std::to_string(number);
  }
  const std::string& prefix = metadata_.key_prefix;
  if (numbers.empty()) {
    return key_in(path_, prefix.empty() ? "0" : prefix);
  }
  return key_in(path_, prefix.empty() ? numbers : prefix + metadata_.separator + numbers);
}

std::string Chunks::where(const std::vector<Index>& chunk) const {
  return files_->path() + ": '" + key_of(chunk) + "'";
}

void Chunks::require_readable() const {
  const std::string place = files_->path() + ": '" + path_ + "'";
  for (const std::string& codec : metadata_.unread) {
    require_known_packing(codec, place);
    throw InputError({.what = "the Zarr store uses a codec where it is not read",
                      .where = place,
                      .found = "'" + codec + "'"});
  }
  for (const std::string& codec : metadata_.packings) {
    require_known_packing(codec, place);
  }
  const auto most = kLargestChunk / std::max<std::size_t>(metadata_.type.bytes, 1);
  if (static_cast<std::uint64_t>(elements()) > most) {
    refuse_chunk("the chunks of the array are larger than any program writes them", place,
                 store::shape_text(metadata_.chunk) + " values", "at most 4 GiB in a chunk");
  }
}

std::optional<std::string> Chunks::stored(const std::vector<Index>& chunk) const {
  if (metadata_.sharding) {
    return stored_in_shard(chunk);
  }
  const std::string key = key_of(chunk);
  return files_->holds(key) ? std::optional(files_->read(key)) : std::nullopt;
}

void Chunks::read_index(const std::string& key) const {
  const Sharding& sharding = *metadata_.sharding;
  std::uint64_t entries = 1;
  for (std::size_t d = 0; d < sharding.shape.size(); ++d) {
    const auto along = static_cast<std::uint64_t>(sharding.shape[d] / metadata_.chunk[d]);
    entries = __builtin_mul_overflow(entries, along, &entries) ? kNotStored : entries;
  }
  constexpr std::uint64_t kEntryBytes = 16;
  const std::uint64_t file_bytes = files_->size(key);
  const std::uint64_t checksum = sharding.index_checked ? kChecksumBytes : 0;
  if (entries > file_bytes / kEntryBytes || entries * kEntryBytes + checksum > file_bytes) {
    refuse_chunk("a shard is shorter than its index", files_->path() + ": '" + key + "'",
                 std::to_string(file_bytes) + " bytes",
                 "an index of " + std::to_string(entries) + " chunks");
  }
  const std::uint64_t bytes = entries * kEntryBytes + checksum;
  std::string index = files_->read(key, sharding.index_first ? 0 : file_bytes - bytes, bytes);
  if (sharding.index_checked) {
    index = unpack("crc32c", index, entries * kEntryBytes, files_->path() + ": '" + key + "'");
  }
  index_.clear();
  for (std::size_t at = 0; at < index.size(); at += kEntryBytes / 2) {
    index_.push_back(number_from(std::string_view(index).substr(at, kEntryBytes / 2),
                                 sharding.index_big_endian));
  }
  indexed_ = key;
}

std::optional<std::string> Chunks::stored_in_shard(const std::vector<Index>& chunk) const {
  const Sharding& sharding = *metadata_.sharding;
  std::vector<Index> shard;
  Index within = 0;
  for (std::size_t d = 0; d < chunk.size(); ++d) {
    const Index along = sharding.shape[d] / metadata_.chunk[d];
    shard.push_back(chunk[d] / along);
    within = within * along + chunk[d] % along;
  }
  const std::string key = key_of(shard);
  if (!files_->holds(key)) {
    return std::nullopt;
  }
  if (indexed_ != key) {
    read_index(key);
  }
  const std::uint64_t begin = index_[2 * static_cast<std::size_t>(within)];
  const std::uint64_t length = index_[2 * static_cast<std::size_t>(within) + 1];
  if (begin == kNotStored && length == kNotStored) {
    return std::nullopt;
  }
  const std::uint64_t file_bytes = files_->size(key);
  if (begin > file_bytes || length > file_bytes - begin) {
    refuse_chunk("the index of a shard leads out of it", files_->path() + ": '" + key + "'",
                 std::to_string(length) + " bytes from " + std::to_string(begin),
                 "within " + std::to_string(file_bytes) + " bytes");
  }
  return files_->read(key, begin, length);
}

std::optional<std::string> Chunks::read(const std::vector<Index>& chunk) const {
  std::optional<std::string> bytes = stored(chunk);
  if (!bytes) {
    return bytes;
  }
  const std::size_t width = metadata_.type.bytes;
  const auto expected = static_cast<std::uint64_t>(elements()) * width;
  for (std::size_t i = metadata_.packings.size(); i-- > 0;) {
    const bool known = i == 0 && width > 0;
    bytes = unpack(metadata_.packings[i], *bytes, known ? std::optional(expected) : std::nullopt,
                   where(chunk));
  }
  if (width > 0 && bytes->size() != expected) {
    refuse_chunk("a chunk differs in length from what its array says", where(chunk),
                 std::to_string(bytes->size()) + " bytes",
                 std::to_string(expected) + ", " + std::to_string(width) + " for each of " +
                     store::shape_text(metadata_.chunk));
  }
  return bytes;
}

}  // namespace mixvae::zarr
