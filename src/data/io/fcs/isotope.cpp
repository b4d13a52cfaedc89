#include "data/io/fcs/isotope.hpp"

#include <algorithm>
#include <array>

#include "data/io/fcs/channel_words.hpp"

namespace mixvae::fcs {
namespace {

constexpr auto kElements = std::to_array<std::string_view>(
    {"y",  "rh", "pd", "ag", "cd", "in", "sn", "te", "i",  "xe",  "cs", "ba",
     "la", "ce", "pr", "nd", "sm", "eu", "gd", "tb", "dy", "ho",  "er", "tm",
     "yb", "lu", "hf", "ta", "os", "ir", "pt", "pb", "bi", "bckg"});

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t digits_at(std::string_view word, std::size_t begin) {
  std::size_t end = begin;
  while (end < word.size() && is_digit(word[end])) {
    ++end;
  }
  return end - begin;
}

bool is_element(std::string_view text) {
  return std::ranges::find(kElements, text) != kElements.end();
}

std::optional<Isotope> isotope(std::string_view element, std::string_view mass) {
  if (!is_element(element) || mass.size() < 2 || mass.size() > 3) {
    return std::nullopt;
  }
  const int number = std::stoi(std::string(mass));
  return number >= 75 && number <= 238 ? std::optional(Isotope{std::string(element), number})
                                       : std::nullopt;
}

}  // namespace

std::optional<Isotope> isotope_of_word(std::string_view word) {
  const bool suffixed = word.ends_with("di") || word.ends_with("dd");
  const std::string_view core = suffixed ? word.substr(0, word.size() - 2) : word;
  if (const std::size_t digits = digits_at(core, 0); digits > 0) {
    return isotope(core.substr(digits), core.substr(0, digits));
  }
  const std::size_t letters =
      static_cast<std::size_t>(std::ranges::find_if(core, is_digit) - core.begin());
  const std::string_view element = core.substr(0, letters);
  if (letters + digits_at(core, letters) != core.size() || (element == "cd" && !suffixed)) {
    return std::nullopt;
  }
  return isotope(element, core.substr(letters));
}

std::optional<Isotope> isotope_in(std::string_view name) {
  std::optional<Isotope> found;
  for (const std::string& word : words_of(name)) {
    if (const auto isotope = isotope_of_word(word)) {
      found = isotope;
    }
  }
  return found;
}

}  // namespace mixvae::fcs
