#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mixvae::fcs {

/// A metal isotope in a channel's name, as in "Pr141Di", "141Pr_CD3", "CD3(Pr141)Dd" or
/// "CD3_Pr141".
struct Isotope {
  std::string element;  // lower case
  int mass = 0;
};

/// The isotope that a lower-case word of letters and digits is: "pr141di", "141pr", "pr141"; bare
/// "cd110" is an antigen.
std::optional<Isotope> isotope_of_word(std::string_view word);

/// The isotope that a name speaks of; "CD110" and the like are antigens, "110Cd" and "Cd110Di" are
/// metals.
std::optional<Isotope> isotope_in(std::string_view name);

}  // namespace mixvae::fcs
