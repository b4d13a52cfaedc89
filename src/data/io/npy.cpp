#include "data/io/npy.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/file_bytes.hpp"
#include "data/io/npy_header.hpp"
#include "data/io/text_values.hpp"

namespace mixvae {
namespace {

static_assert(std::endian::native == std::endian::little,
              "arrays are read on little-endian machines");

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kPreamble = 8;  // magic and version

double half_to_double(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 0x1f;
  const int fraction = bits & 0x3ff;
  double size = 0;
  if (exponent == 0x1f) {
    size = fraction == 0 ? std::numeric_limits<double>::infinity()
                         : std::numeric_limits<double>::quiet_NaN();
  } else {
    size = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(fraction + 1024, exponent - 25);
  }
  return (bits & 0x8000) != 0 ? -size : size;
}

template <class Value>
Value load(const char* item, bool big_endian) {
  std::array<char, sizeof(Value)> bytes = {};
  std::memcpy(bytes.data(), item, sizeof(Value));
  if (big_endian) {
    std::ranges::reverse(bytes);
  }
  return std::bit_cast<Value>(bytes);
}

/// Calls visit(i, value) for every stored item, as the type that it has.
template <class Stored, class Visit>
void visit_as(const NpyArray& array, Visit visit) {
  for (Index i = 0; i < array.size(); ++i) {
    const char* item = array.data.data() + static_cast<std::size_t>(i) * sizeof(Stored);
    visit(i, load<Stored>(item, array.big_endian));
  }
}

template <class Visit>
void visit_floats(const NpyArray& array, Visit visit) {
  if (array.item_size == 8) {
    visit_as<double>(array, visit);
  } else if (array.item_size == 4) {
    visit_as<float>(array, visit);
  } else {
    visit_as<std::uint16_t>(array,
                            [&](Index i, std::uint16_t bits) { visit(i, half_to_double(bits)); });
  }
}

template <class One, class Two, class Four, class Eight, class Visit>
void visit_sized(const NpyArray& array, Visit visit) {
  switch (array.item_size) {
    case 1:
      return visit_as<One>(array, visit);
    case 2:
      return visit_as<Two>(array, visit);
    case 4:
      return visit_as<Four>(array, visit);
    default:
      return visit_as<Eight>(array, visit);
  }
}

template <class Visit>
void visit_numbers(const NpyArray& array, const std::string& where, Visit visit) {
  if (array.holds_text()) {
    throw InputError(
        {.what = "the array holds text", .where = where, .expected = "an array of numbers"});
  }
  if (array.kind == 'f') {
    visit_floats(array, visit);
  } else if (array.kind == 'i') {
    visit_sized<std::int8_t, std::int16_t, std::int32_t, std::int64_t>(array, visit);
  } else {
    visit_sized<std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t>(array, visit);
  }
}

/// Number of header bytes before the data, and where the dictionary begins.
std::pair<std::size_t, std::size_t> header_extent(std::string_view bytes,
                                                  const std::string& where) {
  if (!bytes.starts_with(kMagic) || bytes.size() < kPreamble + 4) {
    throw InputError({.what = "this is not a numpy array",
                      .where = where,
                      .found = "first bytes: " + printable(bytes)});
  }
  const auto version = static_cast<unsigned char>(bytes[kMagic.size()]);
  if (version < 1 || version > 3) {
    throw InputError({.what = "this version of numpy's format is not known",
                      .where = where,
                      .found = "version " + std::to_string(version),
                      .expected = "version 1, 2 or 3"});
  }
  const std::size_t begin = kPreamble + (version == 1 ? 2 : 4);
  const std::size_t length = version == 1 ? load<std::uint16_t>(bytes.data() + kPreamble, false)
                                          : load<std::uint32_t>(bytes.data() + kPreamble, false);
  if (length > bytes.size() - begin) {
    throw InputError(
        {.what = "the array file is cut off", .where = where, .found = "half a header"});
  }
  return {begin, begin + length};
}

void require_complete(const NpyArray& array, const std::string& where) {
  Index bytes = static_cast<Index>(array.item_size);
  bool overflow = false;
  for (const Index extent : array.shape) {
    overflow = overflow || __builtin_mul_overflow(bytes, extent, &bytes);
  }
  if (overflow || bytes > static_cast<Index>(array.data.size())) {
    throw InputError(
        {.what = "the array file is cut off",
         .where = where,
         .found = with_commas(static_cast<Index>(array.data.size())) + " bytes of data",
         .expected =
             overflow ? "more bytes than there are numbers for" : with_commas(bytes) + " bytes"});
  }
}

void append_utf8(std::string& text, std::uint32_t code) {
  if (code > 0x10ffff) {
    code = 0xfffd;  // the replacement character
  }
  const auto tail = [code](int shift) {
    return static_cast<char>(0x80 | ((code >> shift) & 0x3f));
  };
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text.append({static_cast<char>(0xc0 | (code >> 6)), tail(0)});
  } else if (code < 0x10000) {
    text.append({static_cast<char>(0xe0 | (code >> 12)), tail(6), tail(0)});
  } else {
    text.append({static_cast<char>(0xf0 | (code >> 18)), tail(12), tail(6), tail(0)});
  }
}

std::string text_item(const NpyArray& array, std::string_view item) {
  std::string text;
  if (array.kind == 'S') {
    text = item.substr(0, std::min(item.find('\0'), item.size()));
    return text;
  }
  for (std::size_t i = 0; i < item.size(); i += 4) {
    const auto code = load<std::uint32_t>(item.data() + i, array.big_endian);
    if (code == 0) {
      break;
    }
    append_utf8(text, code);
  }
  return text;
}

}  // namespace

Index NpyArray::size() const {
  Index product = 1;
  for (const Index extent : shape) {
    product *= extent;
  }
  return product;
}

NpyArray parse_npy(std::string_view bytes, const std::string& where) {
  const auto [begin, end] = header_extent(bytes, where);
  NpyArray array = parse_npy_dictionary(bytes.substr(begin, end - begin), where);
  array.data = bytes.substr(end);
  require_complete(array, where);
  return array;
}

std::vector<double> npy_numbers(const NpyArray& array, const std::string& where) {
  std::vector<double> numbers(static_cast<std::size_t>(array.size()));
  visit_numbers(array, where, [&](Index i, auto value) {
    numbers[static_cast<std::size_t>(i)] = static_cast<double>(value);
  });
  return numbers;
}

DenseMatrix npy_matrix(const NpyArray& array, const std::string& where) {
  const auto dimensions = array.shape.size();
  if (dimensions < 2 || (dimensions > 2 && array.fortran_order)) {
    throw InputError({.what = "the array is not a matrix",
                      .where = where,
                      .found = std::to_string(dimensions) + " dimensions" +
                               (array.fortran_order ? " in Fortran order" : ""),
                      .expected = "two dimensions, cells and features (more in C order only)"});
  }
  if (array.size() == 0) {
    throw InputError({.what = "the matrix is empty", .where = where});
  }
  const Index rows = array.shape.front();
  DenseMatrix matrix(rows, array.size() / rows);
  visit_numbers(array, where, [&](Index i, auto value) {
    const Index at = array.fortran_order ? (i % rows) * matrix.columns + i / rows : i;
    matrix.values[static_cast<std::size_t>(at)] = static_cast<float>(value);
  });
  return matrix;
}

std::optional<Index> image_width_of(const NpyArray& array) {
  return array.shape.size() == 3 ? std::optional(array.shape[2]) : std::nullopt;
}

std::vector<std::string> npy_texts(const NpyArray& array) {
  MIXVAE_ASSERT(array.holds_text(), "only arrays of text have texts");
  std::vector<std::string> texts;
  for (Index i = 0; i < array.size(); ++i) {
    texts.push_back(text_item(
        array, array.data.substr(static_cast<std::size_t>(i) * array.item_size, array.item_size)));
  }
  return texts;
}

ColumnValues npy_column(const NpyArray& array, const std::string& where) {
  if (array.holds_text()) {
    return typed_column(npy_texts(array));
  }
  if (array.kind == 'i' || (array.kind == 'u' && array.item_size < 8)) {
    std::vector<std::int64_t> integers(static_cast<std::size_t>(array.size()));
    visit_numbers(array, where, [&](Index i, auto value) {
      integers[static_cast<std::size_t>(i)] =
          static_cast<std::int64_t>(+value);  // + : a byte is a number, not a character
    });
    return integers;
  }
  std::vector<double> numbers = npy_numbers(array, where);
  if (array.kind == 'b') {
    return std::vector<bool>(numbers.begin(), numbers.end());
  }
  return numbers;
}

Dataset numbered_dataset(DenseMatrix x, const std::string& path, const std::string& format) {
  Dataset dataset;
  dataset.source.path = path;
  dataset.source.format = format;
  dataset.source.cells_unnamed = true;
  dataset.source.features_unnamed = true;
  dataset.cells.names = numbered_names("C", x.rows);
  dataset.features.names = numbered_names("F", x.columns);
  dataset.x = std::move(x);
  return dataset;
}

Dataset read_npy(const std::string& path) {
  const std::string bytes = read_bytes(path);
  const NpyArray array = parse_npy(bytes, path);
  Dataset dataset = numbered_dataset(npy_matrix(array, path), path, "npy");
  dataset.source.image_width = image_width_of(array);
  return dataset;
}

}  // namespace mixvae
