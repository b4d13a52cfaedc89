#include "data/io/csv_writer.hpp"

#include "base/text.hpp"

namespace mixvae {

std::string csv_field(std::string_view text) {
  const bool blank_ends = trimmed(text).size() != text.size();
  if (text.find_first_of(",\"\n\r") == std::string_view::npos && !blank_ends) {
    return std::string(text);
  }
  std::string quoted = "\"";
  for (const char c : text) {
    quoted.append(c == '"' ? 2 : 1, c);
  }
  quoted += '"';
  return quoted;
}

}  // namespace mixvae
