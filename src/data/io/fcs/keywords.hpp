#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mixvae::fcs {

struct Keyword {
  std::string name;   // as it stands in the file
  std::string value;  // escaped delimiters resolved
};

/// The keywords of a TEXT segment in file order. Names compare without regard to case; of repeated
/// names the first counts.
class Keywords {
 public:
  void add(Keyword keyword);

  const std::vector<Keyword>& all() const { return list_; }
  bool has(std::string_view name) const { return find(name) != nullptr; }
  /// The value without blanks around it; empty when there is none.
  std::string text(std::string_view name) const;
  /// The value as a number; nothing when it is absent or no number ("NA").
  std::optional<double> number(std::string_view name) const;
  /// The value as a whole number of at least 0; nothing when it is absent or anything else.
  std::optional<std::uint64_t> whole(std::string_view name) const;

 private:
  const std::string* find(std::string_view name) const;

  std::vector<Keyword> list_;
  std::map<std::string, std::size_t> place_;  // by lower-case name
};

/// Adds the keywords of a TEXT segment (FCS 3.1, section 3.2). The first byte is the delimiter. A
/// doubled delimiter stands for itself within a value; directly between a keyword and the next one
/// it is an empty value, which the standard forbids and many instruments write. The last delimiter
/// may be missing, blanks may follow it and stand before keywords. What had to be guessed goes to
/// `notes`. Throws InputError naming `where` for an impossible delimiter.
void parse_text(std::string_view segment, const std::string& where, Keywords& keywords,
                std::vector<std::string>& notes);

/// Bytes as UTF-8: as they are when they are UTF-8, else taken for Latin-1.
std::string as_utf8(std::string_view bytes);

/// Text without blanks and NULs at its ends.
std::string_view without_padding(std::string_view text);

/// A whole number of at least 0, blanks around it allowed; nothing for anything else.
std::optional<std::uint64_t> whole_number(std::string_view text);

}  // namespace mixvae::fcs
