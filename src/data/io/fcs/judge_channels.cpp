#include "data/io/fcs/judge_channels.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "data/io/channel_kinds.hpp"
#include "data/io/fcs/channel_words.hpp"
#include "data/io/fcs/isotope.hpp"

namespace mixvae::fcs {
namespace {

/// Judges one channel by its words.
class Judge {
 public:
  Judge(const Channel& channel, bool mass)
      : mass_(mass),
        labelled_(!channel.marker.empty() && lower(channel.marker) != lower(channel.name)),
        words_(words_of(channel.name)) {
    name_words_ = words_;
    for (const std::string& word : words_of(channel.marker)) {
      words_.push_back(word);
    }
    for (const std::string& word : words_) {
      if (auto found = isotope_of_word(word)) {
        isotope_ = found;
      } else if (!is_word_of(word, {"di", "dd", "empty", "blank", "none", "eq", "unused"})) {
        labels_.push_back(word);
      }
    }
  }

  std::string_view kind() const {
    if (const auto program = program_kind(); !program.empty()) {
      return program;
    }
    if (const auto machine = machine_kind(); !machine.empty()) {
      return machine;
    }
    if (any(is_barcode_word) || (element("pd") && labels_.empty())) {
      return kBarcode;
    }
    if (any(is_viability_word) || is_l_d() ||
        ((element("pt") || element("rh")) && labels_.empty())) {
      return kViability;
    }
    if (isotope_ && labels_.empty()) {
      return kUnlabelled;
    }
    if (!isotope_ && any(is_annotation_word)) {
      return kAnnotation;
    }
    return mass_ ? kMetalMarker : kFluorescenceMarker;
  }

 private:
  /// Channels of the machine: its clock, its optics, its beads.
  std::string_view machine_kind() const {
    if (has("length") && (has("event") || has("cell"))) {
      return kEventLength;
    }
    if (!isotope_ && (has("time") || is_word_of(join(name_words_, "-"), {"hdr-t", "timestamp"}))) {
      return kTime;
    }
    if (is_scatter()) {
      return kScatter;
    }
    if (any([](const std::string& w) { return w.starts_with("bead"); }) ||
        (element("ce") && labels_.empty())) {
      return kBead;
    }
    if (element("ir") || any([](const std::string& w) {
          return w.starts_with("dna") || w.starts_with("hoechst") || w == "dapi" || w == "draq5";
        })) {
      return kDna;
    }
    const bool pulse =
        name_words_.size() == 1 &&
        is_word_of(name_words_.front(), {"center", "offset", "width", "residual", "amplitude"});
    return pulse || (has("pulse") && has("width")) ? kPulseShape : std::string_view{};
  }

  /// Channels that no detector and no antibody stands behind; judged by the detector's name where
  /// there is no marker.
  std::string_view program_kind() const {
    if (labelled_ || isotope_) {
      return {};
    }
    if (names_a_clock(name_words_)) {
      return kTime;
    }
    if (names_a_counter(name_words_)) {
      return kAnnotation;
    }
    if (names_a_picture(name_words_)) {
      return kImageFeature;
    }
    const bool background = !name_words_.empty() && name_words_.front() == "af" &&
                            (name_words_.size() == 1 || name_words_[1].size() == 1);
    return background ? kUnlabelled : std::string_view{};
  }

  bool is_scatter() const {
    return !isotope_ && any([](const std::string& w) {
      return w.starts_with("fsc") || w.starts_with("ssc") || w.starts_with("bsc") || w == "vssc" ||
             w == "scatter" || w == "fs" || w == "ss" || w == "fals";
    });
  }

  /// "l/d"
  bool is_l_d() const {
    const auto l = std::ranges::find(words_, "l");
    return l != words_.end() && l + 1 != words_.end() && *(l + 1) == "d";
  }

  bool has(std::string_view word) const { return std::ranges::find(words_, word) != words_.end(); }
  template <class Test>
  bool any(Test test) const {
    return std::ranges::any_of(words_, test);
  }
  bool element(std::string_view name) const { return isotope_ && isotope_->element == name; }

  bool mass_;
  bool labelled_;  // with a marker's name besides the detector's
  Words words_;
  Words name_words_;
  Words labels_;  // words that are no isotope
  std::optional<Isotope> isotope_;
};

bool is_mass_cytometer(const std::string& cytometer) {
  const std::string name = lower(cytometer);
  return std::ranges::any_of(std::array{"cytof", "helios", "dvs", "fluidigm"},
                             [&](const char* w) { return name.find(w) != std::string::npos; });
}

/// The name up to its last word ("FITC-H": "FITC-"), and that word in lower case.
std::pair<std::string, std::string> split_last(const std::string& name) {
  const std::size_t cut = name.find_last_of("- _");
  return cut == std::string::npos ? std::pair{name, std::string{}}
                                  : std::pair{name.substr(0, cut + 1), lower(name.substr(cut + 1))};
}

/// Heights and widths of pulses whose areas are there too.
void mark_pulses(std::span<const Channel> channels, std::vector<std::string>& kinds) {
  const auto has_area = [&](const std::string& stem) {
    return std::ranges::any_of(channels, [&](const Channel& c) {
      const auto [other, last] = split_last(c.name);
      return other == stem && (last == "a" || last == "area");
    });
  };
  for (std::size_t c = 0; c < channels.size(); ++c) {
    const auto [stem, last] = split_last(channels[c].name);
    const bool height = is_word_of(last, {"h", "height", "w", "width"});
    if (kinds[c] == kFluorescenceMarker && height && has_area(stem)) {
      kinds[c] = kPulseShape;
    }
  }
}

bool is_labelled(const Channel& channel) {
  return !channel.marker.empty() && channel.marker != channel.name;
}

/// Detectors without a dye: those without a marker's name where at least two others have one.
void mark_unlabelled(std::span<const Channel> channels, std::vector<std::string>& kinds) {
  std::size_t labelled = 0;
  for (std::size_t c = 0; c < channels.size(); ++c) {
    labelled += kinds[c] == kFluorescenceMarker && is_labelled(channels[c]) ? 1 : 0;
  }
  for (std::size_t c = 0; c < channels.size() && labelled >= 2; ++c) {
    if (kinds[c] == kFluorescenceMarker && !is_labelled(channels[c])) {
      kinds[c] = kUnlabelled;
    }
  }
}

}  // namespace

std::vector<std::string> judge_channels(std::span<const Channel> channels,
                                        const std::string& cytometer,
                                        std::span<const std::string> added) {
  const bool mass =
      is_mass_cytometer(cytometer) || std::ranges::any_of(channels, [](const Channel& c) {
        return isotope_in(c.name).has_value() || isotope_in(c.marker).has_value();
      });
  std::vector<std::string> kinds;
  for (const Channel& channel : channels) {
    const bool result = std::ranges::find(added, channel.name) != added.end();
    kinds.emplace_back(result ? kAnnotation : Judge(channel, mass).kind());
  }
  if (std::ranges::none_of(kinds, is_marker)) {  // metals without any antibody's name
    std::ranges::replace(kinds, std::string(kUnlabelled),
                         std::string(mass ? kMetalMarker : kFluorescenceMarker));
  }
  mark_pulses(channels, kinds);
  mark_unlabelled(channels, kinds);
  return kinds;
}

}  // namespace mixvae::fcs
