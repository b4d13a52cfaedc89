#include "data/io/idx.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/file_bytes.hpp"
#include "data/io/gzip.hpp"
#include "data/io/npy.hpp"

namespace mixvae {
namespace {

/// Bytes in up to three dimensions.
struct ByteArray {
  std::vector<Index> shape;
  std::string content;
  std::size_t header = 0;

  std::string_view items() const { return std::string_view(content).substr(header); }
};

Index big_endian_number(std::string_view bytes) {
  Index value = 0;
  for (const char byte : bytes) {
    value = value << 8 | static_cast<unsigned char>(byte);
  }
  return value;
}

ByteArray read_bytes_array(const std::string& path, std::size_t dimensions) {
  ByteArray array;
  array.content = read_content(path);
  array.header = 4 + 4 * dimensions;
  const std::string_view bytes = array.content;
  const std::string_view magic("\0\0\x08", 3);
  if (!bytes.starts_with(magic) || bytes.size() < array.header ||
      bytes[3] != static_cast<char>(dimensions)) {
    throw InputError({.what = "this is not a complete IDX file of bytes in " +
                              std::to_string(dimensions) + " dimension(s)",
                      .where = path,
                      .found = "first bytes: " + printable(bytes)});
  }
  Index product = 1;
  bool overflow = false;
  for (std::size_t i = 0; i < dimensions; ++i) {
    array.shape.push_back(big_endian_number(bytes.substr(4 + 4 * i, 4)));
    overflow = overflow || __builtin_mul_overflow(product, array.shape.back(), &product);
  }
  const auto found = static_cast<Index>(array.items().size());
  if (overflow || product != found) {
    throw InputError({.what = found < product || overflow ? "the IDX file is cut off"
                                                          : "the IDX file is longer than it says",
                      .where = path,
                      .found = with_commas(found) + " bytes of data",
                      .expected = (overflow ? "more" : with_commas(product)) +
                                  std::string(" bytes, as its sizes say")});
  }
  return array;
}

bool replace(std::string& text, std::string_view from, std::string_view to) {
  const std::size_t at = text.rfind(from);
  if (at == std::string::npos) {
    return false;
  }
  text.replace(at, from.size(), to);
  return true;
}

std::optional<std::string> labels_beside(const std::string& path) {
  const std::filesystem::path images(path);
  std::string name = images.filename().string();
  if (!replace(name, "images", "labels")) {
    return std::nullopt;
  }
  replace(name, "idx3", "idx1");
  const std::string bare = name.ends_with(".gz") ? name.substr(0, name.size() - 3) : name;
  for (const std::string& candidate : {name, bare, bare + ".gz"}) {
    const std::string labels = (images.parent_path() / candidate).string();
    if (std::filesystem::exists(labels)) {
      return labels;
    }
  }
  return std::nullopt;
}

void add_labels(Dataset& dataset, const std::string& path) {
  const ByteArray labels = read_bytes_array(path, 1);
  if (labels.shape[0] != dataset.cell_count()) {
    throw InputError({.what = "there are not as many labels as images",
                      .where = path,
                      .found = with_commas(labels.shape[0]) + " labels",
                      .expected = with_commas(dataset.cell_count()) + " labels"});
  }
  std::vector<std::int64_t> values;
  for (const char label : labels.items()) {
    values.push_back(static_cast<unsigned char>(label));
  }
  dataset.cells.set({"label", std::move(values)});
  dataset.source.notes.push_back("Labels were read from " + path + ".");
}

}  // namespace

Dataset read_idx(const std::string& path) {
  const ByteArray images = read_bytes_array(path, 3);
  if (images.items().empty()) {
    throw InputError({.what = "the matrix is empty", .where = path});
  }
  DenseMatrix x(images.shape[0], images.shape[1] * images.shape[2]);
  for (std::size_t i = 0; i < x.values.size(); ++i) {
    x.values[i] = static_cast<unsigned char>(images.items()[i]);
  }
  Dataset dataset = numbered_dataset(std::move(x), path, "idx");
  dataset.source.image_width = images.shape[2];
  if (const auto labels = labels_beside(path)) {
    add_labels(dataset, *labels);
  }
  return dataset;
}

}  // namespace mixvae
