#include "data/io/npy_header.hpp"

#include <charconv>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/file_bytes.hpp"

namespace mixvae {
namespace {

class Dictionary {
 public:
  Dictionary(std::string_view text, const std::string& where) : text_(text), where_(where) {}

  [[noreturn]] void refuse(const std::string& what, const std::string& expected) const {
    throw InputError({.what = what,
                      .where = where_,
                      .found = "header " + printable(text_, 120),
                      .expected = expected});
  }

  /// The text after "'key':", without leading blanks.
  std::string_view after(std::string_view key) const {
    std::string quoted = "'";
    quoted.append(key).append("'");
    const std::size_t at = text_.find(quoted);
    if (at == std::string_view::npos) {
      refuse("the header of the array lacks " + quoted, "descr, fortran_order and shape");
    }
    const std::string_view rest = trimmed(text_.substr(at + quoted.size()));
    return rest.starts_with(':') ? trimmed(rest.substr(1)) : std::string_view{};
  }

  std::string_view descr() const {
    std::string_view rest = after("descr");
    const std::size_t end = rest.empty() ? rest.npos : rest.find(rest.front(), 1);
    if (rest.empty() || (rest.front() != '\'' && rest.front() != '"') || end == rest.npos) {
      refuse("an array of records cannot be read", "items of one kind");
    }
    return rest.substr(1, end - 1);
  }

  bool fortran_order() const {
    const std::string_view rest = after("fortran_order");
    if (!rest.starts_with("True") && !rest.starts_with("False")) {
      refuse("the order of the array cannot be read", "True or False");
    }
    return rest.starts_with("True");
  }

  std::vector<Index> shape() const {
    std::string_view rest = after("shape");
    const std::size_t close = rest.find(')');
    if (!rest.starts_with('(') || close == rest.npos) {
      refuse("the shape of the array cannot be read", "numbers in brackets");
    }
    rest = trimmed(rest.substr(1, close - 1));
    std::vector<Index> shape;
    while (!rest.empty()) {
      Index extent = -1;
      const auto result = std::from_chars(rest.data(), rest.data() + rest.size(), extent);
      rest = trimmed(rest.substr(static_cast<std::size_t>(result.ptr - rest.data())));
      if (result.ec != std::errc{} || extent < 0 || (!rest.empty() && rest.front() != ',')) {
        refuse("the shape of the array cannot be read", "numbers in brackets");
      }
      shape.push_back(extent);
      rest = rest.empty() ? rest : trimmed(rest.substr(1));
    }
    return shape;
  }

 private:
  std::string_view text_;
  const std::string& where_;
};

bool is_known_item(char kind, std::size_t size) {
  switch (kind) {
    case 'f':
      return size == 2 || size == 4 || size == 8;
    case 'i':
    case 'u':
      return size == 1 || size == 2 || size == 4 || size == 8;
    case 'b':
      return size == 1;
    case 'U':
    case 'S':
      return size > 0;
    default:
      return false;
  }
}

/// "<f8": byte order, kind, and size in bytes (in characters of 4 bytes for U).
void read_descr(const Dictionary& dictionary, NpyArray& array) {
  const std::string_view descr = dictionary.descr();
  if (descr.size() < 2) {
    dictionary.refuse("the kind of the items cannot be read", "such as '<f4'");
  }
  const bool has_order = std::string_view("<>|=").find(descr.front()) != std::string_view::npos;
  const std::string_view type = descr.substr(has_order ? 1 : 0);
  array.big_endian = descr.front() == '>';
  array.kind = type.front();
  if (array.kind == 'O') {
    dictionary.refuse("the array holds Python objects, which are never executed or read",
                      "numbers or text");
  }
  std::size_t size = 0;
  const auto result = std::from_chars(type.data() + 1, type.data() + type.size(), size);
  const bool whole = result.ec == std::errc{} && result.ptr == type.data() + type.size();
  if (!whole || size > 1000000 || !is_known_item(array.kind, size)) {
    dictionary.refuse("items of kind '" + std::string(descr) + "' cannot be read",
                      "floats, integers, truth values or text");
  }
  array.item_size = array.kind == 'U' ? 4 * size : size;
}

}  // namespace

NpyArray parse_npy_dictionary(std::string_view text, const std::string& where) {
  const Dictionary dictionary(text, where);
  NpyArray array;
  read_descr(dictionary, array);
  array.fortran_order = dictionary.fortran_order();
  array.shape = dictionary.shape();
  return array;
}

}  // namespace mixvae
