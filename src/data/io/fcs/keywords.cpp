#include "data/io/fcs/keywords.hpp"

#include <cctype>
#include <charconv>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/file_bytes.hpp"
#include "data/io/text_values.hpp"

namespace mixvae::fcs {
namespace {

constexpr std::string_view kPadding{" \t\r\n\f\v\0", 7};

/// Splits a TEXT segment into keywords and values.
class Splitter {
 public:
  explicit Splitter(std::string_view segment) : text_(segment), delimiter_(segment.front()) {}

  /// The next keyword and its value; false at the end.
  bool next(Keyword& keyword) {
    skip_delimiters();
    keyword = {std::string(without_padding(plain())), {}};
    if (keyword.name.empty() && at_end()) {
      return false;
    }
    has_value_ = !at_end();
    if (has_value_) {
      keyword.value = value();
    }
    return true;
  }

  /// Whether the keyword before had a value, be it an empty one.
  bool had_value() const { return has_value_; }

 private:
  bool at_end() const { return place_ >= text_.size(); }

  void skip_delimiters() {
    while (!at_end() && text_[place_] == delimiter_) {
      ++place_;
    }
  }

  std::string_view plain() {
    const std::size_t begin = place_;
    while (!at_end() && text_[place_] != delimiter_) {
      ++place_;
    }
    return text_.substr(begin, place_ - begin);
  }

  std::size_t delimiters() {
    const std::size_t begin = place_;
    skip_delimiters();
    return place_ - begin;
  }

  std::string value() {
    const std::size_t before = delimiters();
    std::string text((before - 1) / 2, delimiter_);
    if (before % 2 == 0) {
      return text;  // the last delimiter of an even number ends the value
    }
    while (!at_end()) {
      text += plain();
      const std::size_t run = delimiters();
      const bool ends = run % 2 == 1 || at_end();
      text.append(ends && run > 0 ? (run - 1) / 2 : run / 2, delimiter_);
      if (ends) {
        break;
      }
    }
    return text;
  }

  std::string_view text_;
  char delimiter_;
  std::size_t place_ = 1;
  bool has_value_ = false;
};

void require_delimiter(std::string_view segment, const std::string& where) {
  const auto first = static_cast<unsigned char>(segment.empty() ? '\0' : segment.front());
  if (first == 0 || first > 126 || std::isalnum(first) != 0 || first == '$') {
    throw InputError(
        {.what = "the TEXT segment does not begin with a delimiter",
         .where = where,
         .found = "first bytes: " + printable(segment),
         .expected = "a character that separates keywords and values, such as / or |"});
  }
}

/// Length of the UTF-8 sequence that begins with this byte; 0: none can.
std::size_t sequence_length(unsigned char byte) {
  if (byte < 0x80) {
    return 1;
  }
  if (byte < 0xc2 || byte > 0xf4) {
    return 0;
  }
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

bool is_utf8(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t length = sequence_length(static_cast<unsigned char>(bytes[i]));
    if (length == 0 || i + length > bytes.size()) {
      return false;
    }
    for (std::size_t k = 1; k < length; ++k) {
      if ((static_cast<unsigned char>(bytes[i + k]) & 0xc0U) != 0x80U) {
        return false;
      }
    }
    i += length;
  }
  return true;
}

}  // namespace

void Keywords::add(Keyword keyword) {
  place_.emplace(lower(keyword.name), list_.size());
  list_.push_back(std::move(keyword));
}

const std::string* Keywords::find(std::string_view name) const {
  const auto found = place_.find(lower(name));
  return found == place_.end() ? nullptr : &list_[found->second].value;
}

std::string Keywords::text(std::string_view name) const {
  const std::string* value = find(name);
  return value == nullptr ? std::string{} : std::string(without_padding(*value));
}

std::optional<double> Keywords::number(std::string_view name) const {
  const auto value = number_of(text(name));
  return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<std::uint64_t> Keywords::whole(std::string_view name) const {
  return whole_number(text(name));
}

void parse_text(std::string_view segment, const std::string& where, Keywords& keywords,
                std::vector<std::string>& notes) {
  require_delimiter(segment, where);
  Splitter splitter(segment);
  std::size_t empty = 0;
  for (Keyword keyword; splitter.next(keyword);) {
    if (!splitter.had_value()) {
      if (segment.size() - 1 > 1 && keyword.name.size() > 1) {
        notes.push_back("The last keyword of TEXT, '" + as_utf8(keyword.name) +
                        "', has no value and was left out.");
      }
      break;
    }
    empty += keyword.value.empty() ? 1 : 0;
    keywords.add(std::move(keyword));
  }
  if (empty > 0) {
    notes.push_back(std::to_string(empty) + " keywords of TEXT have empty values.");
  }
}

std::string as_utf8(std::string_view bytes) {
  if (is_utf8(bytes)) {
    return std::string(bytes);
  }
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text += c;
    } else {
      text += static_cast<char>(0xc0U | (byte >> 6U));
      text += static_cast<char>(0x80U | (byte & 0x3fU));
    }
  }
  return text;
}

std::string_view without_padding(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kPadding);
  if (begin == std::string_view::npos) {
    return {};
  }
  return text.substr(begin, text.find_last_not_of(kPadding) - begin + 1);
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  text = without_padding(text);
  std::uint64_t value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = end.ec == std::errc{} && end.ptr == text.data() + text.size();
  return whole ? std::optional(value) : std::nullopt;
}

}  // namespace mixvae::fcs
