#include "training/safetensors_header.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>
#include <set>

#include "base/error.hpp"

namespace mixvae::training {
namespace {

constexpr std::string_view kMetadataKey = "__metadata__";

/// A cursor over JSON text that reads what is expected at its place or throws InputError.
class JsonCursor {
 public:
  JsonCursor(std::string_view text, const std::string& path) : text_(text), path_(path) {}

  std::string string();
  std::uint64_t unsigned_integer();
  /// Calls member(key) with the cursor at each member's value.
  void object(const std::function<void(const std::string&)>& member);
  /// Calls element() with the cursor at each element.
  void array(const std::function<void()>& element);
  void end();
  [[noreturn]] void fail(const std::string& expected) const;

 private:
  void skip_blanks();
  bool accept(char c);
  void require(char c);
  std::string escaped();
  unsigned hex4();

  std::string_view text_;
  const std::string& path_;
  std::size_t position_ = 0;
};

void JsonCursor::fail(const std::string& expected) const {
  throw InputError({.what = "the header of " + path_ + " is damaged or not of a safetensors file",
                    .where = "byte " + std::to_string(8 + position_),
                    .expected = expected});
}

void JsonCursor::skip_blanks() {
  position_ = std::min(text_.find_first_not_of(" \t\r\n", position_), text_.size());
}

bool JsonCursor::accept(char c) {
  skip_blanks();
  const bool found = position_ < text_.size() && text_[position_] == c;
  position_ += found ? 1 : 0;
  return found;
}

void JsonCursor::require(char c) {
  if (!accept(c)) {
    fail(std::string("'") + c + "'");
  }
}

void JsonCursor::end() {
  skip_blanks();
  if (position_ < text_.size()) {
    fail("the end of the header");
  }
}

std::string JsonCursor::string() {
  require('"');
  std::string value;
  while (position_ < text_.size() && text_[position_] != '"') {
    const char c = text_[position_++];
    if (static_cast<unsigned char>(c) < 0x20) {
      fail("no control character in a text");
    }
    value += c == '\\' ? escaped() : std::string(1, c);
  }
  if (position_ == text_.size()) {
    fail("the end of a text");
  }
  ++position_;
  return value;
}

unsigned JsonCursor::hex4() {
  unsigned code = 0;
  const std::string_view digits = text_.substr(std::min(position_, text_.size()), 4);
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
  if (digits.size() < 4 || result.ec != std::errc() || result.ptr != digits.data() + 4) {
    fail("four hexadecimal digits");
  }
  position_ += 4;
  return code;
}

std::string utf8(unsigned code) {
  const auto byte = [](unsigned value) { return static_cast<char>(value); };
  if (code < 0x80) {
    return {byte(code)};
  }
  if (code < 0x800) {
    return {byte(0xC0 | (code >> 6)), byte(0x80 | (code & 0x3F))};
  }
  if (code < 0x10000) {
    return {byte(0xE0 | (code >> 12)), byte(0x80 | ((code >> 6) & 0x3F)),
            byte(0x80 | (code & 0x3F))};
  }
  return {byte(0xF0 | (code >> 18)), byte(0x80 | ((code >> 12) & 0x3F)),
          byte(0x80 | ((code >> 6) & 0x3F)), byte(0x80 | (code & 0x3F))};
}

/// The character of an escape sequence whose backslash has been read.
std::string JsonCursor::escaped() {
  static constexpr std::string_view kNames = "\"\\/bfnrt";
  static constexpr std::string_view kValues = "\"\\/\b\f\n\r\t";
  if (position_ == text_.size()) {
    fail("an escape sequence");
  }
  const char name = text_[position_++];
  if (const auto index = kNames.find(name); index != std::string_view::npos) {
    return {kValues[index]};
  }
  if (name != 'u') {
    fail("an escape sequence");
  }
  const unsigned high = hex4();
  if (high < 0xD800 || high > 0xDFFF) {
    return utf8(high);
  }
  if (high > 0xDBFF || text_.substr(position_, 2) != "\\u") {
    fail("a pair of surrogates");
  }
  position_ += 2;
  const unsigned low = hex4();
  if (low < 0xDC00 || low > 0xDFFF) {
    fail("a pair of surrogates");
  }
  return utf8(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
}

std::uint64_t JsonCursor::unsigned_integer() {
  skip_blanks();
  std::uint64_t value = 0;
  const char* const first = text_.data() + position_;
  const auto result = std::from_chars(first, text_.data() + text_.size(), value);
  if (result.ec != std::errc()) {
    fail("a whole number below 2^64");
  }
  position_ += static_cast<std::size_t>(result.ptr - first);
  return value;
}

void JsonCursor::object(const std::function<void(const std::string&)>& member) {
  require('{');
  if (accept('}')) {
    return;
  }
  std::set<std::string> seen;
  do {
    const std::string key = string();
    if (!seen.insert(key).second) {
      fail("the key '" + key + "' only once");
    }
    require(':');
    member(key);
  } while (accept(','));
  require('}');
}

void JsonCursor::array(const std::function<void()>& element) {
  require('[');
  if (accept(']')) {
    return;
  }
  do {
    element();
  } while (accept(','));
  require(']');
}

std::vector<std::int64_t> read_shape(JsonCursor& json) {
  std::vector<std::int64_t> shape;
  json.array([&] {
    const std::uint64_t length = json.unsigned_integer();
    if (length > std::uint64_t{1} << 62 || shape.size() == 64) {
      json.fail("at most 64 dimensions below 2^62");
    }
    shape.push_back(static_cast<std::int64_t>(length));
  });
  return shape;
}

TensorEntry read_entry(JsonCursor& json, const std::string& name) {
  std::optional<std::vector<std::int64_t>> shape;
  std::vector<std::uint64_t> offsets;
  TensorEntry entry;
  entry.name = name;
  json.object([&](const std::string& key) {
    if (key == "dtype") {
      entry.dtype = json.string();
    } else if (key == "shape") {
      shape = read_shape(json);
    } else if (key == "data_offsets") {
      json.array([&] { offsets.push_back(json.unsigned_integer()); });
    } else {
      json.fail("dtype, shape or data_offsets instead of '" + key + "'");
    }
  });
  if (entry.dtype.empty() || !shape || offsets.size() != 2) {
    json.fail("dtype, shape and two data_offsets of tensor '" + name + "'");
  }
  entry.shape = std::move(*shape);
  entry.begin = offsets[0];
  entry.end = offsets[1];
  return entry;
}

std::string json_text(std::string_view text) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      out.append("\\u00").append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 15]);
    } else {
      out.append(c == '"' || c == '\\' ? "\\" : "").append(1, c);
    }
  }
  return out.append("\"");
}

std::string entry_text(const TensorEntry& entry) {
  std::string text = "{\"dtype\":";
  text.append(json_text(entry.dtype)).append(",\"shape\":[");
  for (std::size_t i = 0; i < entry.shape.size(); ++i) {
    text.append(i > 0 ? "," : "").append(std::to_string(entry.shape[i]));
  }
  text.append("],\"data_offsets\":[").append(std::to_string(entry.begin));
  return text.append(",").append(std::to_string(entry.end)).append("]}");
}

}  // namespace

std::string header_text(const SafetensorsHeader& header) {
  std::string text = "{";
  text.append(json_text(kMetadataKey)).append(":{");
  std::string_view separator;
  for (const auto& [key, value] : header.metadata) {
    text.append(separator).append(json_text(key)).append(":").append(json_text(value));
    separator = ",";
  }
  text.append("}");
  for (const TensorEntry& entry : header.tensors) {
    text.append(",").append(json_text(entry.name)).append(":").append(entry_text(entry));
  }
  text.append("}");
  return text.append((8 - text.size() % 8) % 8, ' ');
}

SafetensorsHeader parse_header(std::string_view text, const std::string& path) {
  SafetensorsHeader header;
  JsonCursor json(text, path);
  json.object([&](const std::string& name) {
    if (name == kMetadataKey) {
      json.object([&](const std::string& key) { header.metadata[key] = json.string(); });
    } else {
      header.tensors.push_back(read_entry(json, name));
    }
  });
  json.end();
  std::ranges::stable_sort(header.tensors, [](const TensorEntry& a, const TensorEntry& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  return header;
}

}  // namespace mixvae::training
