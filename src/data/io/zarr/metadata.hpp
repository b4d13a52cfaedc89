#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/io/zarr/data_type.hpp"
#include "data/io/zarr/files.hpp"

namespace mixvae::zarr {

/// How several chunks share a file (codec "sharding_indexed").
struct Sharding {
  std::vector<Index> shape;  // of a shard; a multiple of the chunk's
  bool index_first = false;  // the index of the chunks stands before them, else behind
  bool index_big_endian = false;
  bool index_checked = false;  // a CRC-32C follows the index
};

/// Shape and storage of an array, in either version of the format.
struct ArrayMetadata {
  std::vector<Index> shape;
  std::vector<Index> chunk;  // lengths, all above 0
  DataType type;
  nlohmann::json fill;
  std::vector<std::size_t> order;     // axes of a chunk as they are stored, slowest first
  std::vector<std::string> packings;  // codecs of bytes, in the order of writing
  std::vector<std::string> unread;    // codecs without which the values cannot be read
  std::optional<Sharding> sharding;
  std::string key_prefix;     // of the chunks' keys: "c" or nothing
  std::string separator;      // between the numbers in a key
  nlohmann::json attributes;  // an object
};

/// The metadata of a node. `document` is nothing where there is none of that kind.
enum class NodeType { absent, group, array };

/// What stands at a path of the store ("" is its root). Throws InputError for metadata that cannot
/// be understood.
NodeType node_type(const Files& files, const std::string& path);

/// The attributes of a group. Throws as node_type.
nlohmann::json group_attributes(const Files& files, const std::string& path);

/// The metadata of an array; what is not read is named there. Throws InputError for shapes and
/// chunks that cannot be.
ArrayMetadata array_metadata(const Files& files, const std::string& path);

/// The key of a file in a folder of the store.
std::string key_in(const std::string& folder, const std::string& name);

}  // namespace mixvae::zarr
