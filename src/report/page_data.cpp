#include "report/page_data.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <zlib.h>

#include "base/error.hpp"
#include "base/index.hpp"
#include "report/map_square.hpp"
#include "report/type_colors.hpp"

namespace mixvae::report {
namespace {

using nlohmann::json;

constexpr double kMostOf16 = 65535;
constexpr double kMostOf8 = 254;
constexpr std::uint8_t kMissing8 = 255;
constexpr std::uint16_t kMissing16 = 65535;

/// Arrays one after the other, each found by its place.
class Arrays {
 public:
  json add(const std::vector<std::uint8_t>& values) {
    const std::size_t offset = bytes_.size();
    bytes_.append(values.begin(), values.end());
    return reference(offset, values.size(), "uint8");
  }
  json add(const std::vector<std::uint16_t>& values) {
    const std::size_t offset = bytes_.size();
    for (const std::uint16_t value : values) {
      bytes_ += static_cast<char>(value & 0xFFU);
      bytes_ += static_cast<char>(value >> 8U);
    }
    return reference(offset, values.size(), "uint16");
  }
  json add(const std::string& text) {
    const std::size_t offset = bytes_.size();
    bytes_ += text;
    return reference(offset, text.size(), "text");
  }

  std::string compressed() const {
    uLongf size = compressBound(static_cast<uLong>(bytes_.size()));
    std::string packed(size, '\0');
    const int result = compress2(reinterpret_cast<Bytef*>(packed.data()), &size,
                                 reinterpret_cast<const Bytef*>(bytes_.data()),
                                 static_cast<uLong>(bytes_.size()), Z_BEST_COMPRESSION);
    MIXVAE_ASSERT(result == Z_OK, "zlib cannot compress");
    packed.resize(size);
    return packed;
  }

 private:
  static json reference(std::size_t offset, std::size_t count, const char* type) {
    return {{"offset", offset}, {"count", count}, {"type", type}};
  }

  std::string bytes_;
};

/// Both coordinates on one scale, 0 to 65535.
json map_json(const analysis::CellMap& map, Index cells, Arrays& arrays) {
  std::vector<std::uint16_t> x;
  std::vector<std::uint16_t> y;
  for (const Point& place : places_in_square(map)) {
    x.push_back(static_cast<std::uint16_t>(std::lround(place.first * kMostOf16)));
    y.push_back(static_cast<std::uint16_t>(std::lround(place.second * kMostOf16)));
  }
  return {{"title", map.title},
          {"shown", map.places.rows},
          {"cells", cells},
          {"x", arrays.add(x)},
          {"y", arrays.add(y)}};
}

/// Four significant digits: enough for the ends of a scale.
double rounded(float value) { return std::stod(fmt::format("{:.4g}", value)); }

json colors_json(const CellColors& colors, Arrays& arrays) {
  json found = {{"id", colors.id}, {"title", colors.title}, {"group", colors.group}};
  if (!colors.numeric) {
    std::vector<std::uint16_t> codes;
    codes.reserve(colors.codes.size());
    for (const std::int32_t code : colors.codes) {
      codes.push_back(code < 0 ? kMissing16 : static_cast<std::uint16_t>(code));
    }
    found["kind"] = "category";
    found["categories"] = colors.labels;
    found["colors"] = colors.palette;
    found["values"] = arrays.add(codes);
    return found;
  }
  const double range = std::max(static_cast<double>(colors.high - colors.low), 1e-12);
  std::vector<std::uint8_t> values;
  for (const float number : colors.numbers) {
    const double share = (static_cast<double>(number) - static_cast<double>(colors.low)) / range;
    values.push_back(std::isfinite(number) ? static_cast<std::uint8_t>(std::lround(
                                                 std::clamp(share, 0.0, 1.0) * kMostOf8))
                                           : kMissing8);
  }
  found["kind"] = "number";
  found["low"] = rounded(colors.low);
  found["high"] = rounded(colors.high);
  found["values"] = arrays.add(values);
  return found;
}

/// Names that are no UTF-8 are mended.
std::string text_of(const json& directory) {
  return directory.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string names_of(const analysis::Overview& seen) {
  std::string names;
  for (const Index cell : seen.map.cells) {
    std::string name = seen.cells.names[at(cell)];
    std::ranges::replace(name, '\n', ' ');
    names += name + "\n";
  }
  return names;
}

}  // namespace

PageData page_data(const analysis::Overview& seen, const std::vector<CellColors>& colors) {
  Arrays arrays;
  json types = json::array();
  const std::vector<std::string> palette = type_colors(seen.types.size());
  for (std::size_t t = 0; t < seen.types.size(); ++t) {
    types.push_back(
        {{"name", seen.types[t].name}, {"color", palette[t]}, {"cells", seen.types[t].cells}});
  }
  json all = json::array();
  const json map = map_json(seen.map, static_cast<Index>(seen.assignment.types.size()), arrays);
  const json cells = arrays.add(names_of(seen));
  for (const CellColors& one : colors) {
    all.push_back(colors_json(one, arrays));
  }
  const json directory = {{"types", types}, {"map", map}, {"cells", cells}, {"colours", all}};
  return {text_of(directory), base64(arrays.compressed())};
}

PageData color_data(const CellColors& colors) {
  Arrays arrays;
  const json directory = colors_json(colors, arrays);
  return {text_of(directory), base64(arrays.compressed())};
}

std::string base64(const std::string& bytes) {
  constexpr std::string_view kSigns =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t begin = 0; begin < bytes.size(); begin += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - begin);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = bits << 8U | (i < count ? static_cast<unsigned char>(bytes[begin + i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      text += i <= count ? kSigns[bits >> (18 - 6 * i) & 0x3FU] : '=';
    }
  }
  return text;
}

}  // namespace mixvae::report
