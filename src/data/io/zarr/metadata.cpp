#include "data/io/zarr/metadata.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "data/io/zarr/packing.hpp"

namespace mixvae::zarr {
namespace {

using Json = nlohmann::json;

constexpr std::uint64_t kLargestDocument = std::uint64_t{256} << 20;
constexpr std::size_t kMostDimensions = 32;

std::string place(const Files& files, const std::string& key) {
  return files.path() + ": '" + key + "'";
}

[[noreturn]] void refuse_metadata(const std::string& where, const std::string& found,
                                  const std::string& expected) {
  throw InputError({.what = "the metadata of the Zarr store cannot be understood",
                    .where = where,
                    .found = found,
                    .expected = expected,
                    .hint = "the store is damaged, or of a version that is not read"});
}

std::string short_text(const Json& value) {
  std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  return text.size() > 80 ? text.substr(0, 80) + "..." : text;
}

/// A JSON object of the store.
Json document(const Files& files, const std::string& key) {
  const std::string where = place(files, key);
  if (files.size(key) > kLargestDocument) {
    refuse_metadata(where, std::to_string(files.size(key)) + " bytes", "JSON of a usual length");
  }
  try {
    Json json = Json::parse(files.read(key));
    if (!json.is_object()) {
      refuse_metadata(where, short_text(json), "a JSON object");
    }
    return json;
  } catch (const Json::parse_error& error) {
    refuse_metadata(where, error.what(), "JSON");
  }
}

Json member_of(const Json& object, const char* name) {
  return object.is_object() ? object.value(name, Json()) : Json();
}

std::string text_of(const Json& object, const char* name, const std::string& usual = "") {
  const Json value = member_of(object, name);
  return value.is_string() ? value.get<std::string>() : usual;
}

/// The lengths of a shape or chunk.
std::vector<Index> lengths(const Json& object, const char* name, Index least,
                           const std::string& where) {
  const Json list = member_of(object, name);
  const auto fits = [least](const Json& length) {
    return length.is_number_unsigned() &&
           length.get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max() &&
           length.get<Index>() >= least;
  };
  if (!list.is_array() || list.size() > kMostDimensions || !std::ranges::all_of(list, fits)) {
    refuse_metadata(where, "'" + std::string(name) + "': " + short_text(list),
                    "at most 32 whole numbers from " + std::to_string(least));
  }
  return list.get<std::vector<Index>>();
}

/// Throws InputError unless chunks fit the array in number of dimensions.
void require_rank(const std::vector<Index>& shape, const std::vector<Index>& chunk,
                  const std::string& where) {
  if (shape.size() != chunk.size()) {
    refuse_metadata(where, std::to_string(chunk.size()) + " dimensions of the chunks",
                    std::to_string(shape.size()) + ", those of the array");
  }
}

std::vector<std::size_t> usual_order(std::size_t rank) {
  std::vector<std::size_t> order(rank);
  std::iota(order.begin(), order.end(), 0);
  return order;
}

std::string codec_name(const Json& codec, const char* key) {
  std::string name = codec.is_string() ? codec.get<std::string>() : text_of(codec, key, "?");
  constexpr std::string_view kNumcodecs = "numcodecs.";
  return name.starts_with(kNumcodecs) ? name.substr(kNumcodecs.size()) : name;
}

ArrayMetadata array_v2(const Files& files, const std::string& path) {
  const std::string key = key_in(path, ".zarray");
  const Json json = document(files, key);
  const std::string where = place(files, key);
  if (member_of(json, "zarr_format") != 2) {
    refuse_metadata(where, "'zarr_format': " + short_text(member_of(json, "zarr_format")), "2");
  }
  ArrayMetadata array;
  array.shape = lengths(json, "shape", 0, where);
  array.chunk = lengths(json, "chunks", std::ranges::count(array.shape, 0) > 0 ? 0 : 1, where);
  require_rank(array.shape, array.chunk, where);
  array.order = usual_order(array.shape.size());
  if (text_of(json, "order") == "F") {
    std::ranges::reverse(array.order);
  }
  bool text = false;
  const Json filters = member_of(json, "filters");
  for (const Json& filter : filters.is_array() ? filters : Json::array()) {
    const std::string name = codec_name(filter, "id");
    if (name == "vlen-utf8") {
      text = true;
    } else {
      array.unread.push_back(name);
    }
  }
  const Json compressor = member_of(json, "compressor");
  if (!compressor.is_null()) {
    array.packings.push_back(codec_name(compressor, "id"));
  }
  array.type = data_type_v2(member_of(json, "dtype"), text);
  array.fill = member_of(json, "fill_value");
  array.separator = text_of(json, "dimension_separator", ".");
  const std::string attributes = key_in(path, ".zattrs");
  array.attributes = files.holds(attributes) ? document(files, attributes) : Json::object();
  return array;
}

/// What a list of codecs of version 3 says, in the order of writing.
struct Codecs {
  std::vector<std::size_t> order;
  bool big_endian = false;
  std::vector<std::string> packings;
  std::vector<std::string> unread;
  Json sharding;  // the configuration; null without
};

bool is_order(const std::vector<std::size_t>& order, std::size_t rank) {
  std::vector<std::size_t> sorted = order;
  std::ranges::sort(sorted);
  return sorted == usual_order(rank);
}

Codecs read_codecs(const Json& list, std::size_t rank, const std::string& where) {
  Codecs codecs;
  codecs.order = usual_order(rank);
  if (!list.is_array() || list.empty()) {
    refuse_metadata(where, "'codecs': " + short_text(list), "a list of codecs");
  }
  for (const Json& codec : list) {
    const std::string name = codec_name(codec, "name");
    const Json configuration = member_of(codec, "configuration");
    if (name == "bytes") {
      codecs.big_endian = text_of(configuration, "endian") == "big";
    } else if (name == "transpose") {
      const Json order = member_of(configuration, "order");
      const bool numbers = order.is_array() && std::ranges::all_of(order, [](const Json& axis) {
                             return axis.is_number_unsigned();
                           });
      codecs.order = numbers ? order.get<std::vector<std::size_t>>() : codecs.order;
      if (!numbers || !is_order(codecs.order, rank)) {
        refuse_metadata(where, "transposed by " + short_text(order), "an order of the dimensions");
      }
    } else if (name == "sharding_indexed") {
      codecs.sharding = configuration;
    } else if (name != "vlen-utf8") {
      codecs.packings.push_back(name);
    }
  }
  return codecs;
}

/// Takes the codecs of the chunks inside a shard into the array's metadata.
void read_sharding(ArrayMetadata& array, const Codecs& outer, const std::string& where) {
  const std::size_t rank = array.shape.size();
  Sharding sharding;
  sharding.shape = array.chunk;
  array.chunk = lengths(outer.sharding, "chunk_shape", 1, where);
  require_rank(array.shape, array.chunk, where);
  for (std::size_t d = 0; d < rank; ++d) {
    if (sharding.shape[d] % array.chunk[d] != 0) {
      refuse_metadata(where, "chunks of " + store::shape_text(array.chunk),
                      "parts of shards of " + store::shape_text(sharding.shape));
    }
  }
  const Codecs inner = read_codecs(member_of(outer.sharding, "codecs"), rank, where);
  const Codecs index = read_codecs(member_of(outer.sharding, "index_codecs"), 1, where);
  sharding.index_first = text_of(outer.sharding, "index_location") == "start";
  sharding.index_big_endian = index.big_endian;
  sharding.index_checked = !index.packings.empty();
  array.unread = outer.packings;
  if (outer.order != usual_order(rank) || !inner.sharding.is_null()) {
    array.unread.emplace_back("sharding_indexed of another sharding_indexed or after transpose");
  }
  if (index.packings.size() > 1 || (sharding.index_checked && index.packings.front() != "crc32c")) {
    array.unread.push_back(index.packings.front() + " of the index of shards");
  }
  array.order = inner.order;
  array.packings = inner.packings;
  array.type.big_endian = inner.big_endian;
  array.sharding = std::move(sharding);
}

ArrayMetadata array_v3(const Files& files, const std::string& path) {
  const std::string key = key_in(path, "zarr.json");
  const Json json = document(files, key);
  const std::string where = place(files, key);
  ArrayMetadata array;
  array.shape = lengths(json, "shape", 0, where);
  const Json grid = member_of(json, "chunk_grid");
  if (text_of(grid, "name") != "regular") {
    refuse_metadata(where, "'chunk_grid': " + short_text(grid), "chunks of one shape ('regular')");
  }
  array.chunk = lengths(member_of(grid, "configuration"), "chunk_shape",
                        std::ranges::count(array.shape, 0) > 0 ? 0 : 1, where);
  require_rank(array.shape, array.chunk, where);
  const Codecs codecs = read_codecs(member_of(json, "codecs"), array.shape.size(), where);
  array.type = data_type_v3(member_of(json, "data_type"), codecs.big_endian);
  array.order = codecs.order;
  if (codecs.sharding.is_null()) {
    array.packings = codecs.packings;
  } else {
    read_sharding(array, codecs, where);
  }
  if (const Json transformers = member_of(json, "storage_transformers");
      transformers.is_array() && !transformers.empty()) {
    array.unread.push_back(codec_name(transformers.front(), "name"));
  }
  array.fill = member_of(json, "fill_value");
  const Json encoding = member_of(json, "chunk_key_encoding");
  const bool as_in_v2 = text_of(encoding, "name") == "v2";
  array.key_prefix = as_in_v2 ? "" : "c";
  array.separator =
      text_of(member_of(encoding, "configuration"), "separator", as_in_v2 ? "." : "/");
  array.attributes = json.value("attributes", Json::object());
  return array;
}

void require_attributes(const Json& attributes, const std::string& where) {
  if (!attributes.is_object()) {
    refuse_metadata(where, "'attributes': " + short_text(attributes), "a JSON object");
  }
}

}  // namespace

std::string key_in(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + "/" + name;
}

NodeType node_type(const Files& files, const std::string& path) {
  if (const std::string key = key_in(path, "zarr.json"); files.holds(key)) {
    const Json json = document(files, key);
    const std::string type = text_of(json, "node_type");
    if (member_of(json, "zarr_format") != 3 || (type != "group" && type != "array")) {
      refuse_metadata(place(files, key),
                      "version " + short_text(member_of(json, "zarr_format")) + ", '" + type + "'",
                      "a group or an array of version 3");
    }
    return type == "group" ? NodeType::group : NodeType::array;
  }
  if (files.holds(key_in(path, ".zarray"))) {
    return NodeType::array;
  }
  return files.holds(key_in(path, ".zgroup")) ? NodeType::group : NodeType::absent;
}

Json group_attributes(const Files& files, const std::string& path) {
  if (const std::string key = key_in(path, "zarr.json"); files.holds(key)) {
    Json attributes = document(files, key).value("attributes", Json::object());
    require_attributes(attributes, place(files, key));
    return attributes;
  }
  const std::string key = key_in(path, ".zattrs");
  return files.holds(key) ? document(files, key) : Json::object();
}

ArrayMetadata array_metadata(const Files& files, const std::string& path) {
  ArrayMetadata array =
      files.holds(key_in(path, "zarr.json")) ? array_v3(files, path) : array_v2(files, path);
  require_attributes(array.attributes, place(files, path));
  if (array.separator != "." && array.separator != "/") {
    refuse_metadata(place(files, path), "'" + array.separator + "' between the numbers of chunks",
                    "'.' or '/'");
  }
  std::ranges::replace(array.chunk, 0, 1);  // of an array without values
  return array;
}

}  // namespace mixvae::zarr
