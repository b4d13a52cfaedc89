#include "data/io/table_channels.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include "base/text.hpp"
#include "data/io/annotation_channels.hpp"
#include "data/io/channel_kinds.hpp"
#include "data/io/fcs/isotope.hpp"
#include "data/io/fcs/judge_channels.hpp"

namespace mixvae {
namespace {

constexpr std::size_t kMostChannels = 500;

constexpr auto kDyes = std::to_array<std::string_view>(
    {"fitc",   "pe",    "apc",  "percp",  "pacific", "bv",        "buv",      "bb",     "bup",
     "alexa",  "af",    "cy",   "amcyan", "pacblue", "pacorange", "v450",     "v500",   "qdot",
     "texas",  "ecd",   "gfp",  "egfp",   "yfp",     "mcherry",   "dsred",    "fl",     "bl",
     "yl",     "vl",    "rl",   "yg",     "nir",     "spark",     "realblue", "super",  "efluor",
     "evolve", "krome", "dapi", "zombie", "live",    "r718",      "red",      "violet", "blue",
     "v",      "b",     "r",    "uv",     "g",       "y"});

/// Lower case, blanks, dots and underscores as hyphens.
std::string plain_name(std::string_view name) {
  std::string plain = lower(trimmed(name));
  std::ranges::replace_if(
      plain, [](char c) { return c == '.' || c == '_' || c == ' '; }, '-');
  return plain;
}

bool has_pulse_ending(std::string_view plain) {
  return std::ranges::any_of(std::array{"-a", "-h", "-w", "-area", "-height", "-width"},
                             [&](const char* ending) { return plain.ends_with(ending); });
}

/// "fsc-a", "ssc", "ssc-b-a", "fsc1-h"; SSC5D is a gene.
bool is_scatter_name(std::string_view plain) {
  for (const std::string_view start : {"fsc", "ssc", "bsc", "vssc"}) {
    if (plain.starts_with(start)) {
      const std::string_view rest = plain.substr(start.size());
      const bool numbered = !rest.empty() && std::isdigit(static_cast<unsigned char>(rest[0])) != 0;
      const std::string_view end = numbered ? rest.substr(1) : rest;
      return numbered ? has_pulse_ending(end) : end.empty() || end.front() == '-';
    }
  }
  return plain == "fs-lin" || plain == "ss-lin";
}

/// "comp-fitc-a", "fl1-h", "bv421-a", "pe-cy7-a": a dye or a detector and how its pulse is
/// measured.
bool is_detector_name(std::string_view plain) {
  if (plain.starts_with("comp-") || plain.starts_with("fjcomp-")) {
    return true;
  }
  if (!has_pulse_ending(plain)) {
    return false;
  }
  const auto letters = static_cast<std::size_t>(
      std::ranges::find_if(
          plain, [](char c) { return std::isalpha(static_cast<unsigned char>(c)) == 0; }) -
      plain.begin());
  return std::ranges::find(kDyes, plain.substr(0, letters)) != kDyes.end();
}

ChannelName split_at(std::string_view name, std::size_t begin, std::size_t end) {
  return {std::string(trimmed(name.substr(0, begin))), std::string(trimmed(name.substr(end)))};
}

std::vector<fcs::Channel> channels_of(const std::vector<std::string>& names) {
  std::vector<fcs::Channel> channels;
  for (const std::string& name : names) {
    const ChannelName parts = channel_name(name);
    channels.push_back({.name = parts.detector, .marker = parts.marker});
  }
  return channels;
}

}  // namespace

ChannelName channel_name(std::string_view name) {
  if (const std::size_t place = name.find("::"); place != std::string_view::npos) {
    return split_at(name, place, place + 2);
  }
  const std::size_t place = name.find_first_of(":(<");
  if (place == std::string_view::npos || place == 0) {
    return {std::string(trimmed(name)), ""};
  }
  const ChannelName parts = split_at(name, place, place + 1);
  const std::string plain = plain_name(parts.detector);
  if (!is_detector_name(plain) && !is_scatter_name(plain)) {
    return {std::string(trimmed(name)), ""};
  }
  std::string marker = parts.marker;
  if (marker.ends_with(')') || marker.ends_with('>')) {
    marker.pop_back();
  }
  return {parts.detector, std::string(trimmed(marker))};
}

bool names_channels(const std::vector<std::string>& names) {
  if (names.size() > kMostChannels) {
    return false;
  }
  std::size_t scatter = 0;
  std::size_t detectors = 0;
  std::size_t metals = 0;
  for (const std::string& name : names) {
    const std::string plain = plain_name(channel_name(name).detector);
    scatter += is_scatter_name(plain) ? 1 : 0;
    detectors += is_detector_name(plain) ? 1 : 0;
    metals += fcs::isotope_in(name) ? 1 : 0;
  }
  return scatter > 0 || detectors >= 2 || (metals >= 3 && 3 * metals >= names.size());
}

void mark_channels(Dataset& dataset) {
  const std::vector<std::string>& names = dataset.features.names;
  if (dataset.source.features_unnamed || !names_channels(names)) {
    return;
  }
  const std::vector<fcs::Channel> channels = channels_of(names);
  std::vector<std::string> detectors;
  detectors.reserve(channels.size());
  for (const fcs::Channel& channel : channels) {
    detectors.push_back(channel.name);
  }
  dataset.x = to_dense(dataset.x);
  dataset.features.set({std::string(kChannelName), std::move(detectors)});
  dataset.features.set(
      {std::string(kChannelKind), Categorical::from_labels(fcs::judge_channels(channels, "", {}))});
  dataset.source.notes.emplace_back(
      "The columns were taken as the channels of a cytometer, by their names.");
  annotate_cells_by_channels(dataset);
}

}  // namespace mixvae
