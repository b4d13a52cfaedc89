#include "data/io/fcs/write_fcs.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>
#include <sstream>

#include "base/atomic_file.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/fcs/file.hpp"
#include "data/io/fcs/read_fcs.hpp"

namespace mixvae {
namespace {

/// Digits in which offsets are written.
constexpr std::size_t kOffsetDigits = 12;
constexpr std::uint64_t kLargestHeaderOffset = 99'999'999;
/// Whole numbers beyond this are not all single-precision floats.
constexpr double kLargestSingle = 16'777'216;

std::string padded(std::uint64_t number, std::size_t digits, char with) {
  const std::string text = std::to_string(number);
  return std::string(digits - std::min(digits, text.size()), with) + text;
}

/// Whether one of the channels has the name.
bool has(const auto& channels, const std::string& name) {
  return std::ranges::any_of(channels, [&](const auto& channel) { return channel.name == name; });
}

void require_one_data_set(const fcs::File& file) {
  if (file.data_sets > 1) {
    throw InputError(
        {.what = "an FCS file of several data sets cannot be written again",
         .where = file.path,
         .found = std::to_string(file.data_sets) + " data sets, of which the first is read",
         .expected = "one data set",
         .hint = "write the results as .h5ad or .csv, or split the file"});
  }
}

/// Writes one file again.
class Rewriter {
 public:
  Rewriter(const std::string& source, std::span<const AddedChannel> added,
           std::span<const fcs::Keyword> remarks, const std::string& record)
      : file_(fcs::open_file(source)),
        added_(added),
        remarks_(remarks),
        list_(record.empty() ? "" : upper(record) + "_CHANNELS") {
    require_one_data_set(file_);
    require_lengths();
    choose_kept();
    place_channels();
    find_ranges();
  }

  void write(const std::string& path) {
    const std::string text = text_segment();
    AtomicFile out(path);
    out.write(header(text.size()) + text);
    fcs::for_each_block(file_, [&](std::uint64_t first, std::span<const double> values) {
      out.write(events(first, values));
    });
    out.commit();
  }

 private:
  std::size_t width() const { return file_.channels.size(); }

  void require_lengths() const {
    for (const AddedChannel& channel : added_) {
      if (channel.values.size() != file_.layout.events) {
        throw InputError(
            {.what = "the results are not those of this file's events",
             .where = file_.path,
             .found = std::to_string(channel.values.size()) + " values of '" + channel.name + "'",
             .expected = std::to_string(file_.layout.events)});
      }
    }
  }

  /// All channels but earlier results of the same record.
  void choose_kept() {
    const std::vector<std::string> results = added_channels(file_.keywords);
    if (!list_.empty()) {
      std::istringstream names(file_.keywords.text(list_));
      for (std::string name; std::getline(names, name, ',');) {
        if (std::ranges::find(results, name) != results.end()) {
          dropped_.push_back(name);
        }
      }
    }
    new_places_.resize(width());
    for (std::size_t c = 0; c < width(); ++c) {
      if (!is_dropped(file_.channels[c].name)) {
        new_places_[c] = kept_.size();
        kept_.push_back(c);
      }
    }
  }

  bool is_dropped(const std::string& name) const {
    return std::ranges::find(dropped_, name) != dropped_.end();
  }

  /// Where each added channel goes: in place of one of the same name, else behind the last.
  void place_channels() {
    total_ = kept_.size();
    for (const AddedChannel& channel : added_) {
      const auto found = std::ranges::find_if(
          kept_, [&](std::size_t c) { return file_.channels[c].name == channel.name; });
      places_.push_back(found == kept_.end() ? total_++
                                             : static_cast<std::size_t>(found - kept_.begin()));
    }
  }

  /// The value that is written for a stored one.
  double written(std::size_t c, double stored) const {
    const fcs::Channel& channel = file_.channels[c];
    return channel.decades > 0 ? channel.linear(stored) : stored;
  }

  void find_ranges() {
    largest_.assign(total_, 0.0);
    bool double_precision = file_.layout.type == fcs::ValueType::double_precision;
    const bool integers = file_.layout.type == fcs::ValueType::integer ||
                          file_.layout.type == fcs::ValueType::characters;
    fcs::for_each_block(file_, [&](std::uint64_t, std::span<const double> values) {
      for (std::size_t i = 0; i < values.size(); ++i) {
        const std::size_t c = i % width();
        const auto place = new_places_[c];
        if (!place) {
          continue;
        }
        const double value = written(c, values[i]);
        largest_[*place] = std::max(largest_[*place], std::isfinite(value) ? value : 0.0);
        double_precision |= integers && file_.channels[c].decades == 0 && value > kLargestSingle;
      }
    });
    for (std::size_t a = 0; a < added_.size(); ++a) {
      for (const float value : added_[a].values) {
        largest_[places_[a]] = std::max(largest_[places_[a]], static_cast<double>(value));
      }
    }
    bytes_per_value_ = double_precision ? 8 : 4;
  }

  std::uint64_t data_bytes() const { return file_.layout.events * total_ * bytes_per_value_; }

  std::string header(std::size_t text_size) const {
    const std::uint64_t begin = fcs::kHeaderBytes + text_size;
    const std::uint64_t end = begin + data_bytes() - 1;
    const bool fits = end <= kLargestHeaderOffset;
    return "FCS3.1    " + padded(fcs::kHeaderBytes, 8, ' ') + padded(begin - 1, 8, ' ') +
           padded(fits ? begin : 0, 8, ' ') + padded(fits ? end : 0, 8, ' ') + padded(0, 8, ' ') +
           padded(0, 8, ' ');
  }

  /// Keywords whose values the new file decides.
  std::map<std::string, std::string> decided() const {
    std::map<std::string, std::string> values = {
        {"$begindata", padded(0, kOffsetDigits, '0')},
        {"$enddata", padded(0, kOffsetDigits, '0')},
        {"$beginanalysis", "0"},
        {"$endanalysis", "0"},
        {"$beginstext", "0"},
        {"$endstext", "0"},
        {"$nextdata", "0"},
        {"$mode", "L"},
        {"$byteord", "1,2,3,4"},
        {"$datatype", bytes_per_value_ == 8 ? "D" : "F"},
        {"$par", std::to_string(total_)},
        {"$tot", std::to_string(file_.layout.events)},
    };
    for (std::size_t c = 0; c < kept_.size(); ++c) {
      const fcs::Channel& channel = file_.channels[kept_[c]];
      const std::string p = "$p" + std::to_string(c + 1);
      values[p + "b"] = std::to_string(8 * bytes_per_value_);
      values[p + "e"] = "0,0";
      if (channel.decades > 0 && channel.gain != 1) {
        values[p + "g"] = "1";
      }
      if (channel.range <= largest_[c]) {
        values[p + "r"] = range_text(c);
      }
    }
    for (std::size_t a = 0; a < added_.size(); ++a) {
      const std::string p = "$p" + std::to_string(places_[a] + 1);
      values[p + "b"] = std::to_string(8 * bytes_per_value_);
      values[p + "e"] = "0,0";
      values[p + "n"] = added_[a].name;
      values[p + "r"] = range_text(places_[a]);
      values[p + "s"] = added_[a].name;
    }
    values[lower(kAddedChannels)] = join(names_of_results(), ",");
    if (!list_.empty()) {
      values[lower(list_)] = join(names_of_added(), ",");
    }
    for (const fcs::Keyword& remark : remarks_) {
      values[lower(remark.name)] = remark.value;
    }
    return values;
  }

  /// Channels that are results: earlier ones that are still there, and the added ones.
  std::vector<std::string> names_of_results() const {
    std::vector<std::string> names;
    for (const std::string& name : added_channels(file_.keywords)) {
      if (has(file_.channels, name) && !is_dropped(name) && !has(added_, name)) {
        names.push_back(name);
      }
    }
    std::ranges::copy(names_of_added(), std::back_inserter(names));
    return names;
  }

  std::vector<std::string> names_of_added() const {
    std::vector<std::string> names;
    for (const AddedChannel& channel : added_) {
      names.push_back(channel.name);
    }
    return names;
  }

  /// The file's type of values replaces those of single channels (FCS 3.2).
  static bool is_left_out(const std::string& name) {
    return name.starts_with("$p") && name.ends_with("datatype");
  }

  /// A keyword's name in the new file: "$P7N" is "$P6N" where an earlier channel was dropped.
  /// Nothing for keywords of dropped channels.
  std::optional<std::string> new_name(const std::string& name) const {
    if (dropped_.empty()) {
      return name;
    }
    const auto names_channel = [&](const std::string& channel) {
      return lower(channel) == lower(name);
    };
    if (std::ranges::any_of(dropped_, names_channel)) {  // what the channel's numbers stand for
      return std::nullopt;
    }
    const std::size_t p = name.starts_with('$') ? 1 : 0;
    const std::size_t digits = name.find_first_not_of("0123456789", p + 1);
    if (lower(name).substr(p, 1) != "p" || digits == p + 1 || digits == std::string::npos) {
      return name;
    }
    const auto number = fcs::whole_number(name.substr(p + 1, digits - p - 1));
    if (!number || *number < 1 || *number > width()) {
      return name;
    }
    const auto place = new_places_[static_cast<std::size_t>(*number) - 1];
    if (!place) {
      return std::nullopt;
    }
    return name.substr(0, p + 1) + std::to_string(*place + 1) + name.substr(digits);
  }

  std::string range_text(std::size_t c) const {
    return std::to_string(static_cast<std::uint64_t>(std::min(std::ceil(largest_[c]) + 1, 0x1p62)));
  }

  /// All keywords: the former ones in their order, then those that are new.
  std::vector<fcs::Keyword> keywords() const {
    std::map<std::string, std::string> values = decided();
    std::vector<fcs::Keyword> all;
    for (const fcs::Keyword& keyword : file_.keywords.all()) {
      const auto name = new_name(keyword.name);
      if (!name || is_left_out(lower(*name))) {
        continue;
      }
      const auto found = values.find(lower(*name));
      all.push_back({fcs::as_utf8(*name),
                     found == values.end() ? fcs::as_utf8(keyword.value) : found->second});
      if (found != values.end()) {
        values.erase(found);
      }
    }
    for (const auto& [name, value] : values) {
      all.push_back({upper(name), value});
    }
    return all;
  }

  static std::string upper(std::string text) {
    for (char& c : text) {
      c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return text;
  }

  /// A delimiter that stands in no keyword; the former one where all of them do.
  char delimiter(const std::vector<fcs::Keyword>& all) const {
    for (const char candidate : {file_.delimiter, '/', '|', '\\', '\f', '!', '^', '~', '\x1e'}) {
      if (std::ranges::none_of(all, [&](const fcs::Keyword& keyword) {
            return keyword.name.find(candidate) != std::string::npos ||
                   keyword.value.find(candidate) != std::string::npos;
          })) {
        return candidate;
      }
    }
    return file_.delimiter;
  }

  /// A value as it is written: delimiters doubled, never empty.
  static std::string escaped(const std::string& value, char delimiter) {
    std::string text;
    for (const char c : value) {
      text.append(c == delimiter ? 2 : 1, c);
    }
    return text.empty() ? " " : text;
  }

  std::string text_segment() const {
    std::vector<fcs::Keyword> all = keywords();
    const char between = delimiter(all);
    const auto text_of = [&] {
      std::string text(1, between);
      for (const fcs::Keyword& keyword : all) {
        text += keyword.name + between + escaped(keyword.value, between) + between;
      }
      return text;
    };
    const std::uint64_t begin = fcs::kHeaderBytes + text_of().size();
    for (fcs::Keyword& keyword : all) {
      const std::string name = lower(keyword.name);
      if (name == "$begindata") {
        keyword.value = padded(begin, kOffsetDigits, '0');
      } else if (name == "$enddata") {
        keyword.value = padded(begin + data_bytes() - 1, kOffsetDigits, '0');
      }
    }
    return text_of();
  }

  void append(std::string& bytes, double value) const {
    const std::uint64_t bits = bytes_per_value_ == 8
                                   ? std::bit_cast<std::uint64_t>(value)
                                   : std::bit_cast<std::uint32_t>(static_cast<float>(value));
    for (unsigned i = 0; i < bytes_per_value_; ++i) {
      bytes += static_cast<char>((bits >> (8 * i)) & 0xffU);
    }
  }

  std::string events(std::uint64_t first, std::span<const double> values) const {
    std::string bytes;
    std::vector<double> event(total_);
    for (std::size_t i = 0; i < values.size() / width(); ++i) {
      for (std::size_t c = 0; c < kept_.size(); ++c) {
        event[c] = written(kept_[c], values[i * width() + kept_[c]]);
      }
      for (std::size_t a = 0; a < added_.size(); ++a) {
        event[places_[a]] =
            static_cast<double>(added_[a].values[static_cast<std::size_t>(first) + i]);
      }
      for (const double value : event) {
        append(bytes, value);
      }
    }
    return bytes;
  }

  fcs::File file_;
  std::span<const AddedChannel> added_;
  std::span<const fcs::Keyword> remarks_;
  std::string list_;                  // keyword with the channels of this record; may be empty
  std::vector<std::string> dropped_;  // earlier results of this record
  std::vector<std::size_t> kept_;     // places in the source, ascending
  std::vector<std::optional<std::size_t>> new_places_;  // of the source's channels
  std::vector<std::size_t> places_;                     // of the added channels
  std::size_t total_ = 0;                               // channels of the new file
  std::vector<double> largest_;                         // [total]
  unsigned bytes_per_value_ = 4;
};

}  // namespace

void require_rewritable(const std::string& source) { require_one_data_set(fcs::open_file(source)); }

void write_fcs(const std::string& source, std::span<const AddedChannel> added,
               std::span<const fcs::Keyword> remarks, const std::string& path,
               const std::string& record) {
  Rewriter(source, added, remarks, record).write(path);
}

}  // namespace mixvae
