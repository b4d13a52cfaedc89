#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/io/zarr/metadata.hpp"

namespace mixvae::zarr {

/// The chunks of an array, each a file of its own or a part of a shard.
class Chunks {
 public:
  Chunks(std::shared_ptr<const Files> files, std::string path, ArrayMetadata metadata)
      : files_(std::move(files)), path_(std::move(path)), metadata_(std::move(metadata)) {}

  const ArrayMetadata& metadata() const { return metadata_; }
  /// Number of elements of a chunk.
  Index elements() const;
  /// Throws InputError for a codec that is not read, and for chunks of an impossible size.
  void require_readable() const;
  /// The bytes of a chunk, by its numbers along the axes, behind all packings: as many as its
  /// elements take where these have a fixed length. Nothing for a chunk that is not stored, whose
  /// elements are the fill value. Throws InputError for damaged bytes and for lengths that do not
  /// fit.
  std::optional<std::string> read(const std::vector<Index>& chunk) const;
  /// The place of a chunk for messages.
  std::string where(const std::vector<Index>& chunk) const;

 private:
  std::string key_of(const std::vector<Index>& chunk) const;
  std::optional<std::string> stored(const std::vector<Index>& chunk) const;
  std::optional<std::string> stored_in_shard(const std::vector<Index>& chunk) const;
  void read_index(const std::string& key) const;

  std::shared_ptr<const Files> files_;
  std::string path_;
  ArrayMetadata metadata_;
  mutable std::string indexed_;               // the shard whose index was read last
  mutable std::vector<std::uint64_t> index_;  // where each of its chunks begins, and its length
};

}  // namespace mixvae::zarr
