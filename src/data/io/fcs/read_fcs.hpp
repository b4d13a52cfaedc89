#pragma once

#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "data/io/fcs/keywords.hpp"

namespace mixvae {

/// The keyword under which a written file lists the channels that were added to it.
inline constexpr const char* kAddedChannels = "MIXVAE ADDED CHANNELS";

/// The names under that keyword; none without it.
std::vector<std::string> added_channels(const fcs::Keywords& keywords);

/// Reads the first data set of an FCS file (2.0, 3.0, 3.1, 3.2). Values are on a linear scale:
/// logarithmic amplification is undone ($PnE), gains are divided out ($PnG), time is in seconds
/// ($TIMESTEP), and the stored spillover is compensated where `compensate`. Features are named by
/// marker ($PnS), else by channel ($PnN); their annotations are "channel" ($PnN) and kChannelKind.
/// Throws InputError.
Dataset read_fcs(const std::string& path, bool compensate = true);

}  // namespace mixvae
