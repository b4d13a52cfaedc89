#include "data/io/zarr/data_type.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

#include "base/error.hpp"

namespace mixvae::zarr {
namespace {

static_assert(std::endian::native == std::endian::little);

using Form = DataType::Form;
using Json = nlohmann::json;
using store::Kind;
using store::NumberType;

constexpr std::size_t kLongestFixedText = std::size_t{1} << 20;

/// A number of 16 bits as IEEE 754 has it.
struct Half {
  std::uint16_t bits = 0;

  explicit operator double() const {
    const int exponent = bits >> 10U & 0x1fU;
    const int fraction = bits & 0x3ffU;
    double value =
        exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(fraction + 1024, exponent - 25);
    if (exponent == 31) {
      value = fraction == 0 ? std::numeric_limits<double>::infinity()
                            : std::numeric_limits<double>::quiet_NaN();
    }
    return (bits & 0x8000U) != 0 ? -value : value;
  }
};

Kind kind_of_form(Form form) {
  switch (form) {
    case Form::truth:
      return Kind::truth;
    case Form::integer:
    case Form::natural:
      return Kind::integer;
    case Form::real:
      return Kind::real;
    case Form::bytes:
    case Form::characters:
    case Form::text:
      return Kind::text;
    case Form::other:
      break;
  }
  return Kind::other;
}

DataType type_of(Form form, std::size_t bytes, bool big_endian) {
  const bool known = form == Form::text ||
                     ((form == Form::bytes || form == Form::characters) && bytes > 0) ||
                     (form == Form::truth && bytes == 1) ||
                     (form == Form::real && (bytes == 2 || bytes == 4 || bytes == 8)) ||
                     ((form == Form::integer || form == Form::natural) &&
                      (bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8));
  if (!known || bytes > kLongestFixedText) {
    return {};
  }
  return {form, bytes, big_endian, kind_of_form(form)};
}

std::optional<std::size_t> whole_number(std::string_view text) {
  std::size_t value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  return end.ec == std::errc() && end.ptr == text.data() + text.size() ? std::optional(value)
                                                                       : std::nullopt;
}

/// A number in memory order from one element.
template <class Stored>
Stored element_at(const char* from, bool big_endian) {
  std::array<char, sizeof(Stored)> bytes = {};
  std::memcpy(bytes.data(), from, sizeof(Stored));
  if (big_endian) {
    std::ranges::reverse(bytes);
  }
  return std::bit_cast<Stored>(bytes);
}

template <class Wanted, class Stored>
Wanted nearest(Stored value) {
  if constexpr (std::is_same_v<Stored, Half>) {
    return nearest<Wanted>(static_cast<double>(value));
  } else if constexpr (std::is_floating_point_v<Wanted>) {
    return static_cast<Wanted>(value);
  } else if constexpr (std::is_floating_point_v<Stored>) {
    if (std::isnan(value)) {
      return 0;
    }
    // 2^63 itself does not fit.
    constexpr double kBeyond = -static_cast<double>(std::numeric_limits<Wanted>::min());
    if (value >= kBeyond) {
      return std::numeric_limits<Wanted>::max();
    }
    return value < -kBeyond ? std::numeric_limits<Wanted>::min() : static_cast<Wanted>(value);
  } else {
    if (std::in_range<Wanted>(value)) {
      return static_cast<Wanted>(value);
    }
    return value < Stored{0} ? std::numeric_limits<Wanted>::min()
                             : std::numeric_limits<Wanted>::max();
  }
}

/// Where numbers stand and whereto they go.
struct Run {
  const char* from;
  Index step;
  Index count;
  bool big_endian;
  char* out;
};

template <class Stored, class Wanted>
void convert_run(const Run& run) {
  auto* out = reinterpret_cast<Wanted*>(run.out);
  const auto stride = run.step * static_cast<Index>(sizeof(Stored));
  for (Index i = 0; i < run.count; ++i) {
    out[i] = nearest<Wanted>(element_at<Stored>(run.from + i * stride, run.big_endian));
  }
}

template <class Stored>
void convert_to(NumberType wanted, const Run& run) {
  switch (wanted) {
    case NumberType::float32:
      return convert_run<Stored, float>(run);
    case NumberType::float64:
      return convert_run<Stored, double>(run);
    case NumberType::int32:
      return convert_run<Stored, std::int32_t>(run);
    case NumberType::int64:
      return convert_run<Stored, std::int64_t>(run);
  }
}

template <class Byte, class Two, class Four, class Eight>
void convert_by_width(std::size_t bytes, NumberType wanted, const Run& run) {
  switch (bytes) {
    case 1:
      return convert_to<Byte>(wanted, run);
    case 2:
      return convert_to<Two>(wanted, run);
    case 4:
      return convert_to<Four>(wanted, run);
    default:
      return convert_to<Eight>(wanted, run);
  }
}

void append_utf8(std::string& text, char32_t c, const std::string& where) {
  if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) {
    throw InputError({.what = "a text of the Zarr store holds what is no character of Unicode",
                      .where = where,
                      .found = std::to_string(static_cast<std::uint32_t>(c))});
  }
  const auto last = [c](unsigned shift) { return static_cast<char>(0x80U | (c >> shift & 0x3fU)); };
  if (c < 0x80) {
    text += static_cast<char>(c);
  } else if (c < 0x800) {
    text += static_cast<char>(0xc0U | c >> 6U);
    text += last(0);
  } else if (c < 0x10000) {
    text += static_cast<char>(0xe0U | c >> 12U);
    text += last(6);
    text += last(0);
  } else {
    text += static_cast<char>(0xf0U | c >> 18U);
    text += last(12);
    text += last(6);
    text += last(0);
  }
}

std::optional<double> named_number(const std::string& name) {
  if (name == "NaN") {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (name == "Infinity" || name == "-Infinity") {
    return (name[0] == '-' ? -1 : 1) * std::numeric_limits<double>::infinity();
  }
  return std::nullopt;
}

/// "0x7fc00000": the bits of a number.
std::optional<std::uint64_t> bits_of(const std::string& text) {
  if (!text.starts_with("0x")) {
    return std::nullopt;
  }
  std::uint64_t bits = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + 2, end, bits, 16);
  return read.ec == std::errc() && read.ptr == end ? std::optional(bits) : std::nullopt;
}

[[noreturn]] void refuse_fill(const Json& fill, const std::string& where) {
  throw InputError({.what = "the fill value of the array is no number",
                    .where = where,
                    .found = fill.dump(-1, ' ', true, Json::error_handler_t::replace)});
}

}  // namespace

DataType data_type_v2(const Json& name, bool object_is_text) {
  if (name.is_array()) {
    DataType records;
    records.kind = Kind::compound;
    return records;
  }
  const std::string text = name.is_string() ? name.get<std::string>() : "";
  if (text == "|O") {
    return object_is_text ? type_of(Form::text, 0, false) : DataType();
  }
  const auto width = text.size() < 3 ? std::nullopt : whole_number(text.substr(2));
  if (!width || *width > kLongestFixedText) {
    return {};
  }
  const bool big_endian = text[0] == '>';
  switch (text[1]) {
    case 'b':
      return type_of(Form::truth, *width, big_endian);
    case 'i':
      return type_of(Form::integer, *width, big_endian);
    case 'u':
      return type_of(Form::natural, *width, big_endian);
    case 'f':
      return type_of(Form::real, *width, big_endian);
    case 'S':
      return type_of(Form::bytes, *width, big_endian);
    case 'U':
      return type_of(Form::characters, 4 * *width, big_endian);
    default:
      return {};
  }
}

DataType data_type_v3(const Json& name, bool big_endian) {
  if (name.is_object()) {
    const Json configuration = name.value("configuration", Json::object());
    const Json length =
        configuration.is_object() ? configuration.value("length_bytes", Json()) : Json();
    const bool utf32 = name.value("name", Json()) == "fixed_length_utf32";
    if (!utf32 || !length.is_number_unsigned() || length.get<std::uint64_t>() % 4 != 0) {
      return {};
    }
    return type_of(Form::characters, length.get<std::uint64_t>(), big_endian);
  }
  const std::string text = name.is_string() ? name.get<std::string>() : "";
  if (text == "bool") {
    return type_of(Form::truth, 1, big_endian);
  }
  if (text == "string") {
    return type_of(Form::text, 0, false);
  }
  for (const auto& [prefix, form] : {std::pair<std::string_view, Form>("int", Form::integer),
                                     {"uint", Form::natural},
                                     {"float", Form::real}}) {
    const auto bits =
        text.starts_with(prefix) ? whole_number(text.substr(prefix.size())) : std::nullopt;
    if (bits && *bits % 8 == 0) {
      return type_of(form, *bits / 8, big_endian);
    }
  }
  return {};
}

Fill number_fill(const DataType& type, const Json& fill, const std::string& where) {
  Fill wide = {{type.form == Form::truth ? Form::natural : type.form, 8, false, type.kind}, {}};
  const auto keep = [&wide](auto value) {
    wide.element = std::bit_cast<std::array<char, 8>>(value);
    return wide;
  };
  const bool real = type.form == Form::real;
  if (fill.is_null()) {
    return wide;
  }
  if (fill.is_string()) {
    const std::string text = fill.get<std::string>();
    if (const auto bits = bits_of(text)) {
      double value = 0;
      const DataType stored = {type.form, type.bytes, false, type.kind};
      const auto bytes = std::bit_cast<std::array<char, 8>>(*bits);
      convert(stored, bytes.data(), 1, 1, NumberType::float64, reinterpret_cast<char*>(&value));
      return real ? keep(value) : keep(*bits);
    }
    const auto named = named_number(text);
    if (!named || !real) {
      refuse_fill(fill, where);
    }
    return keep(*named);
  }
  if (fill.is_boolean()) {
    return real ? keep(static_cast<double>(fill.get<bool>()))
                : keep(std::int64_t{fill.get<bool>()});
  }
  if (!fill.is_number()) {
    refuse_fill(fill, where);
  }
  if (real) {
    return keep(fill.get<double>());
  }
  if (fill.is_number_float()) {
    return keep(nearest<std::int64_t>(fill.get<double>()));
  }
  return fill.is_number_unsigned() ? keep(fill.get<std::uint64_t>())
                                   : keep(fill.get<std::int64_t>());
}

void convert(const DataType& type, const char* from, Index step, Index count, NumberType wanted,
             char* out) {
  const Run run = {from, step, count, type.big_endian, out};
  switch (type.form) {
    case Form::integer:
      return convert_by_width<std::int8_t, std::int16_t, std::int32_t, std::int64_t>(type.bytes,
                                                                                     wanted, run);
    case Form::truth:
    case Form::natural:
      return convert_by_width<std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t>(
          type.bytes, wanted, run);
    case Form::real:
      return convert_by_width<std::uint8_t, Half, float, double>(type.bytes, wanted, run);
    default:
      MIXVAE_ASSERT(false, "only numbers are converted");
  }
}

std::string fixed_text(const DataType& type, std::string_view element, const std::string& where) {
  if (type.form == Form::bytes) {
    return std::string(element.substr(0, element.find('\0')));
  }
  std::string text;
  for (std::size_t at = 0; at + 4 <= element.size(); at += 4) {
    const auto c = element_at<std::uint32_t>(element.data() + at, type.big_endian);
    if (c == 0) {
      break;
    }
    append_utf8(text, c, where);
  }
  return text;
}

}  // namespace mixvae::zarr
