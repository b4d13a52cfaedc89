#pragma once

#include <span>
#include <string>
#include <vector>

#include "data/io/fcs/channels.hpp"

namespace mixvae::fcs {

/// What each channel measures (data/channel_kinds.hpp), judged by $PnN, $PnS and $CYT. `added` are
/// names of channels that a program wrote as results.
std::vector<std::string> judge_channels(std::span<const Channel> channels,
                                        const std::string& cytometer,
                                        std::span<const std::string> added);

}  // namespace mixvae::fcs
