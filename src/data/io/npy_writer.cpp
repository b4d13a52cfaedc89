#include "data/io/npy_writer.hpp"

#include <algorithm>

#include "base/atomic_file.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "data/io/zip_writer.hpp"

namespace mixvae {
namespace {

constexpr std::string_view kNpyStart("\x93NUMPY\x01\x00", 8);
constexpr std::size_t kAlignment = 64;  // of the items, as numpy wants it

/// Shape as Python writes a tuple: "(3, 2)", "(3,)", "()".
std::string header_of(const std::string& kind, const std::string& shape) {
  std::string text = "{'descr': '" + kind + "', 'fortran_order': False, 'shape': " + shape + ", }";
  const std::size_t before = kNpyStart.size() + 2 + text.size() + 1;  // length and line end
  text.append((kAlignment - before % kAlignment) % kAlignment, ' ');
  text += '\n';
  std::string header(kNpyStart);
  header += static_cast<char>(text.size() & 0xff);
  header += static_cast<char>(text.size() >> 8);
  return header + text;
}

std::string vector_shape(std::size_t length) { return "(" + std::to_string(length) + ",)"; }

/// "(3, 2)" for the shape of so many items.
std::string tuple_of(const std::vector<Index>& shape, std::size_t items) {
  std::string text = "(";
  Index product = 1;
  for (const Index extent : shape) {
    text += std::to_string(extent) + ", ";
    product *= extent;
  }
  MIXVAE_ASSERT(product == static_cast<Index>(items), "an array's shape fits its items");
  return text + ")";
}

template <class Number>
std::string_view item_bytes(const std::vector<Number>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number)};
}

std::size_t characters_of(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) {
    next_utf8(text, at);
  }
  return count;
}

void put_character(std::string& items, std::size_t place, std::uint32_t code) {
  for (std::size_t byte = 0; byte < 4; ++byte) {
    items[4 * place + byte] = static_cast<char>(code >> (8 * byte) & 0xff);
  }
}

NpyContent text_content(const std::vector<std::string>& texts, const std::string& shape) {
  std::size_t width = 1;
  for (const std::string& text : texts) {
    width = std::max(width, characters_of(text));
  }
  if (width > kMostTextBytes / 4 / std::max<std::size_t>(texts.size(), 1)) {
    throw UsageError({.what = "the texts are too long for an array of numpy",
                      .found = with_commas(static_cast<long long>(texts.size())) +
                               " texts, the longest of " +
                               with_commas(static_cast<long long>(width)) + " characters",
                      .expected = "another format than .npz"});
  }
  NpyContent content{header_of("<U" + std::to_string(width), shape),
                     std::string(4 * width * texts.size(), '\0'),
                     {}};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    std::size_t place = i * width;
    for (std::size_t at = 0; at < texts[i].size(); ++place) {
      put_character(content.items, place, next_utf8(texts[i], at));
    }
  }
  return content;
}

template <class Number>
NpyContent number_content(const std::string& kind, const std::vector<Number>& numbers,
                          const std::string& shape) {
  return {header_of(kind, shape), std::string(item_bytes(numbers)), {}};
}

}  // namespace

NpyContent npy_content(const DenseMatrix& matrix) {
  return {header_of("<f4", "(" + std::to_string(matrix.rows) + ", " +
                               std::to_string(matrix.columns) + ")"),
          {},
          item_bytes(matrix.values)};
}

NpyContent npy_content(const std::vector<double>& numbers) {
  return number_content("<f8", numbers, vector_shape(numbers.size()));
}

NpyContent npy_content(const std::vector<std::int64_t>& numbers) {
  return number_content("<i8", numbers, vector_shape(numbers.size()));
}

NpyContent npy_content(const std::vector<bool>& truths) {
  std::string items;
  items.reserve(truths.size());
  for (const bool truth : truths) {
    items += truth ? '\1' : '\0';
  }
  return {header_of("|b1", vector_shape(truths.size())), std::move(items), {}};
}

NpyContent npy_content(const std::vector<std::string>& texts) {
  return text_content(texts, vector_shape(texts.size()));
}

NpyContent npy_content(const std::vector<double>& numbers, const std::vector<Index>& shape) {
  return number_content("<f8", numbers, tuple_of(shape, numbers.size()));
}

NpyContent npy_content(const std::vector<std::int64_t>& numbers, const std::vector<Index>& shape) {
  return number_content("<i8", numbers, tuple_of(shape, numbers.size()));
}

NpyContent npy_content(std::string bytes, const std::vector<Index>& shape) {
  return {header_of("|u1", tuple_of(shape, bytes.size())), std::move(bytes), {}};
}

NpyContent npy_item(std::int64_t number) {
  return number_content("<i8", std::vector<std::int64_t>{number}, "()");
}

NpyContent npy_item(double number) {
  return number_content("<f8", std::vector<double>{number}, "()");
}

NpyContent npy_item(const std::string& text) { return text_content({text}, "()"); }

void write_npy(const std::string& path, const NpyContent& array) {
  AtomicFile file(path);
  file.write(array.header);
  file.write(array.data());
  file.commit();
}

void write_npz(const std::string& path,
               const std::vector<std::pair<std::string, NpyContent>>& arrays) {
  AtomicFile file(path);
  ZipWriter archive(file);
  for (const auto& [name, array] : arrays) {
    archive.add(name + ".npy", {array.header, array.data()});
  }
  archive.finish();
  file.commit();
}

}  // namespace mixvae
