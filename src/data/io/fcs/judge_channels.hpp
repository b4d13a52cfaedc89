#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/io/fcs/channels.hpp"

namespace mixvae::fcs {

/// A metal isotope in a channel's name, as in "Pr141Di", "141Pr_CD3", "CD3(Pr141)Dd" or
/// "CD3_Pr141".
struct Isotope {
  std::string element;  // lower case
  int mass = 0;
};

/// The isotope that a name speaks of; "CD110" and the like are antigens, "110Cd" and "Cd110Di" are
/// metals.
std::optional<Isotope> isotope_in(std::string_view name);

/// What each channel measures (data/channel_kinds.hpp), judged by $PnN, $PnS and $CYT. `added` are
/// names of channels that a program wrote as results.
std::vector<std::string> judge_channels(std::span<const Channel> channels,
                                        const std::string& cytometer,
                                        std::span<const std::string> added);

}  // namespace mixvae::fcs
