#pragma once

#include <string>
#include <string_view>

#include "data/dataset.hpp"

namespace mixvae {

/// A column's name in a table of a cytometer's events, taken apart.
struct ChannelName {
  std::string detector;  // "Comp-FITC-A"; the whole name where it has one part only
  std::string marker;    // "CD3"; empty where the name has one part only
};

/// "Comp-FITC-A :: CD3" (FlowJo), "FITC-A:CD3", "FITC-A (CD3)", "FITC-A <CD3>"; text in parentheses
/// or after ':' is a marker only behind a detector.
ChannelName channel_name(std::string_view name);

/// Whether the columns of a table are the channels of a cytometer, by names such as FSC-A,
/// Comp-FITC-A :: CD3, FL1-H, Pr141Di.
bool names_channels(const std::vector<std::string>& names);

/// Gives the channels of a cytometer, where the features of a table are such, their kinds (feature
/// annotations `channel` and `channel_kind`) by their names, as FCS files have them; says so in the
/// notes. Other tables stay as they are.
void mark_channels(Dataset& dataset);

}  // namespace mixvae
