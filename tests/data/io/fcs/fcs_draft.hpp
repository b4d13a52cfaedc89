#pragma once

#include <bit>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mixvae::testing_files {

/// An FCS file to be written by a test, every part of which can be made wrong.
struct FcsDraft {
  std::string version = "FCS3.1";
  char delimiter = '/';
  std::string data;                                           // bytes of DATA
  std::vector<std::pair<std::string, std::string>> keywords;  // in order
  std::map<std::string, std::string> replaced;                // after the offsets were computed
  std::optional<std::pair<std::string, std::string>> header_data;  // instead of the true offsets
  std::string text_end;                                            // instead of the last delimiter
  std::string text;                                                // instead of all of TEXT
  std::string between;                                             // bytes between TEXT and DATA
  std::string after;                                               // bytes after DATA
  bool text_offsets = true;                                        // $BEGINDATA and $ENDDATA

  void set(const std::string& name, const std::string& value) {
    for (auto& [known, old] : keywords) {
      if (known == name) {
        old = value;
        return;
      }
    }
    keywords.emplace_back(name, value);
  }
  void remove(const std::string& name) {
    std::erase_if(keywords, [&](const auto& k) { return k.first == name; });
  }

  std::string bytes() const {
    std::string primary = text.empty() ? text_segment("00000000", "00000000") : text;
    const std::size_t begin = 58 + primary.size() + between.size();
    const std::size_t end = begin + data.size() - 1;
    if (text.empty()) {
      primary = text_segment(padded(begin, '0'), padded(end, '0'));
    }
    const auto [first, last] =
        header_data.value_or(std::pair{std::to_string(begin), std::to_string(end)});
    return version + "    " + right("58") + right(std::to_string(57 + primary.size())) +
           right(first) + right(last) + right("0") + right("0") + primary + between + data + after;
  }

 private:
  static std::string right(const std::string& number) {
    return std::string(8 - number.size(), ' ') + number;
  }
  static std::string padded(std::size_t number, char with) {
    const std::string digits = std::to_string(number);
    return std::string(8 - digits.size(), with) + digits;
  }

  std::string escaped(const std::string& value) const {
    std::string result;
    for (const char c : value) {
      result.append(c == delimiter ? 2 : 1, c);
    }
    return result;
  }

  std::string text_segment(const std::string& begin, const std::string& end) const {
    std::string result(1, delimiter);
    const auto add = [&](const std::string& name, const std::string& value) {
      result += name + delimiter + escaped(value) + delimiter;
    };
    if (text_offsets) {
      add("$BEGINDATA", replaced.count("$BEGINDATA") > 0 ? replaced.at("$BEGINDATA") : begin);
      add("$ENDDATA", replaced.count("$ENDDATA") > 0 ? replaced.at("$ENDDATA") : end);
    }
    for (const auto& [name, value] : keywords) {
      add(name, value);
    }
    result.pop_back();
    return result + (text_end.empty() ? std::string(1, delimiter) : text_end);
  }
};

/// Bytes of a whole number.
inline std::string integer_bytes(std::uint64_t value, unsigned count, bool big_endian) {
  std::string bytes;
  for (unsigned i = 0; i < count; ++i) {
    const unsigned shift = 8 * (big_endian ? count - 1 - i : i);
    bytes += static_cast<char>((value >> shift) & 0xffU);
  }
  return bytes;
}

inline std::string float_bytes(float value, bool big_endian = false) {
  return integer_bytes(std::bit_cast<std::uint32_t>(value), 4, big_endian);
}

inline std::string double_bytes(double value, bool big_endian = false) {
  return integer_bytes(std::bit_cast<std::uint64_t>(value), 8, big_endian);
}

/// Two channels, CD3 in A and CD4 in B, and three events of floats: 1 2, 3 4, 5 6.
inline FcsDraft float_draft() {
  FcsDraft draft;
  for (const float value : {1.0F, 2.0F, 3.0F, 4.0F, 5.0F, 6.0F}) {
    draft.data += float_bytes(value);
  }
  draft.keywords = {
      {"$BYTEORD", "1,2,3,4"}, {"$DATATYPE", "F"}, {"$MODE", "L"},   {"$NEXTDATA", "0"},
      {"$PAR", "2"},           {"$TOT", "3"},      {"$P1N", "A"},    {"$P1S", "CD3"},
      {"$P1B", "32"},          {"$P1R", "1024"},   {"$P1E", "0,0"},  {"$P2N", "B"},
      {"$P2S", "CD4"},         {"$P2B", "32"},     {"$P2R", "1024"}, {"$P2E", "0,0"}};
  return draft;
}

/// The same with the integers of `data`, in order.
inline FcsDraft integer_draft(const std::vector<unsigned>& bits, bool big_endian,
                              const std::string& data, std::size_t events) {
  FcsDraft draft;
  draft.data = data;
  draft.keywords = {{"$BYTEORD", big_endian ? "4,3,2,1" : "1,2,3,4"},
                    {"$DATATYPE", "I"},
                    {"$MODE", "L"},
                    {"$NEXTDATA", "0"},
                    {"$PAR", std::to_string(bits.size())},
                    {"$TOT", std::to_string(events)}};
  for (std::size_t i = 0; i < bits.size(); ++i) {
    const std::string p = "$P" + std::to_string(i + 1);
    draft.keywords.emplace_back(p + "N", "C" + std::to_string(i + 1));
    draft.keywords.emplace_back(p + "B", std::to_string(bits[i]));
    draft.keywords.emplace_back(p + "R", "NA");
    draft.keywords.emplace_back(p + "E", "0,0");
  }
  return draft;
}

/// Two data sets in one file, the second of one event.
inline std::string two_data_sets() {
  FcsDraft first = float_draft();
  first.set("$NEXTDATA", std::to_string(first.bytes().size() + 2));
  const std::size_t size = first.bytes().size();
  first.set("$NEXTDATA", std::to_string(size));
  while (first.bytes().size() != size) {
    first.after += ' ';
  }
  FcsDraft second = float_draft();
  second.set("$TOT", "1");
  second.data = float_bytes(8) + float_bytes(9);
  return first.bytes() + second.bytes();
}

}  // namespace mixvae::testing_files
