#include "data/io/fcs/judge_channels.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.hpp"
#include "data/io/channel_kinds.hpp"

namespace mixvae::fcs {
namespace {

using Words = std::vector<std::string>;

/// Lower-case words: runs of letters and digits.
Words words_of(std::string_view text) {
  Words words = {""};
  for (const char c : lower(text)) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      words.back() += c;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) {
    words.pop_back();
  }
  return words;
}

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

/// "pr141di", "141pr", "pr141"; bare "cd110" is an antigen.
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

bool is_word_of(const std::string& word, std::initializer_list<std::string_view> list) {
  return std::ranges::find(list, word) != list.end();
}

bool is_barcode_word(const std::string& word) {
  return word.starts_with("barcode") ||
         (word.starts_with("bc") && 2 + digits_at(word, 2) == word.size());
}

bool is_viability_word(const std::string& word) {
  return word.starts_with("viab") || word.starts_with("cisplat") || word.starts_with("zombie") ||
         word.starts_with("fvs") || word.starts_with("fvd") ||
         is_word_of(word,
                    {"live", "dead", "livedead", "deadlive", "aqua", "7aad", "aad", "ld", "pi"});
}

bool is_annotation_word(const std::string& word) {
  return is_word_of(
      word, {"label",     "labels",      "individual", "population", "populations", "cluster",
             "clusters",  "metacluster", "phenograph", "flowsom",    "leiden",      "louvain",
             "condition", "sample",      "file",       "event",      "cellid",      "sampleid",
             "fileid",    "tsne",        "umap",       "tsne1",      "tsne2",       "umap1",
             "umap2",     "density",     "population1"});
}

/// Whether the name begins with the words of one of these phrases.
bool begins_with_phrase(const Words& words, std::span<const std::string_view> phrases) {
  const std::string name = join(words, " ") + " ";
  return std::ranges::any_of(phrases, [&](std::string_view phrase) {
    return name.starts_with(std::string(phrase) + " ");
  });
}

/// What imaging cytometers measure of a cell's picture, and where it lay.
constexpr auto kImagePhrases = std::to_array<std::string_view>({"area",
                                                                "aspect ratio",
                                                                "perimeter",
                                                                "circularity",
                                                                "symmetry",
                                                                "compactness",
                                                                "elongatedness",
                                                                "elongation",
                                                                "eccentricity",
                                                                "solidity",
                                                                "extent",
                                                                "orientation",
                                                                "roundness",
                                                                "sphericity",
                                                                "shape ratio",
                                                                "lobe count",
                                                                "spot count",
                                                                "spot area",
                                                                "spot distance",
                                                                "diameter",
                                                                "thickness",
                                                                "length",
                                                                "height",
                                                                "size",
                                                                "cell size",
                                                                "nucleus size",
                                                                "volume",
                                                                "major axis",
                                                                "minor axis",
                                                                "long axis",
                                                                "short axis",
                                                                "radial moment",
                                                                "angle",
                                                                "centroid",
                                                                "raw centroid",
                                                                "gradient",
                                                                "gradient rms",
                                                                "contrast",
                                                                "modulation",
                                                                "bright detail",
                                                                "similarity",
                                                                "correlation",
                                                                "diffusivity",
                                                                "delta com",
                                                                "delta center",
                                                                "delta centroid",
                                                                "center of mass",
                                                                "com",
                                                                "max intensity",
                                                                "max pixel",
                                                                "min pixel",
                                                                "mean pixel",
                                                                "median pixel",
                                                                "raw max",
                                                                "raw min",
                                                                "raw mean",
                                                                "raw median",
                                                                "raw intensity",
                                                                "std dev",
                                                                "stddev",
                                                                "bkgd",
                                                                "background",
                                                                "h energy",
                                                                "h entropy",
                                                                "h contrast",
                                                                "h correlation",
                                                                "h homogeneity",
                                                                "h variance",
                                                                "saturated",
                                                                "saturation",
                                                                "lightloss",
                                                                "loss",
                                                                "x",
                                                                "y",
                                                                "z",
                                                                "xmin",
                                                                "xmax",
                                                                "ymin",
                                                                "ymax",
                                                                "x position",
                                                                "y position",
                                                                "position",
                                                                "tile",
                                                                "tilenum",
                                                                "tile num",
                                                                "region",
                                                                "roi",
                                                                "tof",
                                                                "ext",
                                                                "flow speed"});

/// Numbers that a machine gives to events, its clocks, counters and decisions.
constexpr auto kMachinePhrases = std::to_array<std::string_view>(
    {"sort",           "sort result",   "sort enable", "sort bits",    "sort decision",
     "sort gate",      "object number", "object",      "objectnumber", "object id",
     "cell id",        "cell number",   "event id",    "event no",     "event nr",
     "index",          "row",           "column",      "well",         "plate",
     "tube",           "counter",       "count",       "classifier",   "roi bits",
     "drop phase",     "phase",         "camera line", "trigger",      "hdr ce",
     "hdr se",         "hdr v",         "hdr ct",      "objects",      "acquisition",
     "channel number", "abort"});

constexpr auto kClockPhrases = std::to_array<std::string_view>(
    {"camera timer", "timer", "clock", "tick", "ticks", "tlsw", "tmsw", "timestamp"});

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
    if (begins_with_phrase(name_words_, kClockPhrases)) {
      return kTime;
    }
    if (begins_with_phrase(name_words_, kMachinePhrases)) {
      return kAnnotation;
    }
    if (begins_with_phrase(name_words_, kImagePhrases)) {
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

std::optional<Isotope> isotope_in(std::string_view name) {
  std::optional<Isotope> found;
  for (const std::string& word : words_of(name)) {
    if (const auto isotope = isotope_of_word(word)) {
      found = isotope;
    }
  }
  return found;
}

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
