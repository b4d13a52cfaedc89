#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "data/io/store/array.hpp"

namespace mixvae::zarr {

/// How single elements are stored.
struct DataType {
  /// Numbers by their width; texts of a fixed number of bytes or of UTF-32 characters, and of any
  /// length; what is not read.
  enum class Form { truth, integer, natural, real, bytes, characters, text, other };

  Form form = Form::other;
  std::size_t bytes = 0;  // of one element; 0: of any length
  bool big_endian = false;
  store::Kind kind = store::Kind::other;
};

/// The type that version 2 names as numpy does ("<f4", "|b1", "<U5", "|O" with a filter for texts).
DataType data_type_v2(const nlohmann::json& name, bool object_is_text);

/// The type that version 3 names ("float32", "string", {"name": "fixed_length_utf32", ...}), with
/// the byte order of its codec.
DataType data_type_v3(const nlohmann::json& name, bool big_endian);

/// The number that stands where no chunk is stored, as one element of the widest type of its form.
struct Fill {
  DataType type;
  std::array<char, 8> element = {};
};

/// The fill value of an array of numbers; 0 where the metadata say nothing. Throws InputError for
/// one that is no number.
Fill number_fill(const DataType& type, const nlohmann::json& fill, const std::string& where);

/// Converts `count` numbers, the first at `from` and each `step` elements after the last, to
/// `wanted` at `out`. Whole numbers that do not fit become the nearest that do.
void convert(const DataType& type, const char* from, Index step, Index count,
             store::NumberType wanted, char* out);

/// One text of fixed length.
std::string fixed_text(const DataType& type, std::string_view element, const std::string& where);

}  // namespace mixvae::zarr
