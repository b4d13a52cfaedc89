#include "data/io/fcs/layout.hpp"

#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mixvae::fcs {
namespace {

constexpr auto kTooMany = std::numeric_limits<std::uint64_t>::max();

std::string count_text(std::uint64_t count) { return with_commas(static_cast<long long>(count)); }

/// Tries the segments in turn.
class DataFinder {
 public:
  DataFinder(const DataClues& clues, const std::string& where, std::vector<std::string>& notes)
      : clues_(clues), where_(where), notes_(notes) {
    for (const Segment& segment : {clues.header, clues.text}) {
      if (segment.given()) {
        given_ = true;
        if (segment.begin >= kHeaderBytes && segment.begin < clues.size) {
          segments_.push_back(segment);
        }
      }
    }
    total_ = clues.events.value_or(0);
    needed_ = bytes_of(total_);
  }

  Layout find() {
    require_segment();
    if (clues_.event_bits == 0) {
      return delimited();
    }
    if (!exact() && !end_off() && !whole_events() && !room_to_spare()) {
      refuse();
    }
    return found_;
  }

 private:
  /// Bytes of that many events; kTooMany when they cannot be in the file.
  std::uint64_t bytes_of(std::uint64_t events) const {
    if (clues_.event_bits == 0 || events > clues_.size * 8 / clues_.event_bits) {
      return kTooMany;
    }
    return (events * clues_.event_bits + 7) / 8;
  }

  bool take(const Segment& segment, std::uint64_t events) {
    found_.begin = segment.begin;
    found_.events = events;
    found_.bytes = bytes_of(events);
    return true;
  }

  bool fits(const Segment& segment) const {
    return needed_ != kTooMany && needed_ > 0 && needed_ <= clues_.size - segment.begin;
  }

  void refuse_none() const {
    if (clues_.events.value_or(1) == 0) {
      throw InputError({.what = "the file holds no events", .where = where_, .found = "$TOT is 0"});
    }
  }

  void require_segment() const {
    if (!segments_.empty()) {
      return;
    }
    refuse_none();
    if (given_) {
      throw InputError({.what = "the events begin outside of the file",
                        .where = where_,
                        .found = "HEADER says byte " + count_text(clues_.header.begin) +
                                 ", TEXT says byte " + count_text(clues_.text.begin) + " of " +
                                 count_text(clues_.size),
                        .hint = "the file may be cut off: copy it again"});
    }
    throw InputError({.what = "neither HEADER nor TEXT says where the events are",
                      .where = where_,
                      .expected = "offsets in HEADER, or $BEGINDATA and $ENDDATA in TEXT"});
  }

  Layout delimited() {
    const auto& segment = segments_.front();
    found_.begin = segment.begin;
    found_.bytes = std::min(segment.length(), clues_.size - segment.begin);
    found_.events = clues_.events.value_or(0);
    if (found_.events == 0 || found_.bytes == 0) {
      throw InputError({.what = "the file holds no events", .where = where_});
    }
    require_characters();
    return found_;
  }

  /// A value takes a digit at least, and all but the last one a delimiter.
  void require_characters() const {
    if (found_.events > (found_.bytes + 1) / 2 / clues_.channels) {
      throw InputError({.what = "there are fewer characters than the events need",
                        .where = where_,
                        .found = count_text(found_.bytes) + " bytes of events",
                        .expected = count_text(found_.events) + " events ($TOT) of " +
                                    count_text(clues_.channels) + " channels",
                        .hint = "the file may be cut off: copy it again"});
    }
  }

  bool exact() {
    for (const Segment& segment : segments_) {
      if (fits(segment) && segment.length() == needed_) {
        return take(segment, total_);
      }
    }
    return false;
  }

  bool end_off() {
    for (const Segment& segment : segments_) {
      const std::uint64_t length = segment.length();
      const bool by_one = length == needed_ + 1 || length + 1 == needed_;
      const bool senseless = length <= 1 || segment.end >= clues_.size;
      if (fits(segment) && (by_one || senseless)) {
        notes_.push_back("The end of the events is " +
                         std::string(by_one ? "a byte off" : "senseless") +
                         " in the file; $TOT was followed.");
        return take(segment, total_);
      }
    }
    return false;
  }

  bool whole_events() {
    for (const Segment& segment : segments_) {
      std::uint64_t length = segment.length();
      length -= segment.end == clues_.size ? 1 : 0;
      if (length < 2 || length > clues_.size - segment.begin) {
        continue;
      }
      const std::uint64_t events = length * 8 / clues_.event_bits;
      if (events > 0 && length - bytes_of(events) <= 1) {
        note_count(events);
        return take(segment, events);
      }
    }
    return false;
  }

  void note_count(std::uint64_t events) {
    if (clues_.events) {
      notes_.push_back("$TOT says " + count_text(total_) + " events, but the file holds " +
                       count_text(events) + "; all of them were read.");
    }
  }

  bool room_to_spare() {
    for (const Segment& segment : segments_) {
      if (fits(segment) && segment.length() > needed_ && segment.end < clues_.size) {
        notes_.push_back(count_text(segment.length() - needed_) +
                         " bytes after the last event that $TOT counts were not read.");
        return take(segment, total_);
      }
    }
    return false;
  }

  [[noreturn]] void refuse() const {
    refuse_none();
    const Segment& segment = segments_.front();
    const std::uint64_t there = clues_.size - segment.begin;
    const std::string expected = clues_.events ? count_text(total_) + " events ($TOT) of " +
                                                     count_text(clues_.event_bits) + " bits"
                                               : count_text(segment.length()) + " bytes of events";
    if (std::ranges::any_of(segments_, [&](const Segment& s) { return s.end >= clues_.size; })) {
      throw InputError({.what = "the file ends before its last event",
                        .where = where_,
                        .found = count_text(there) + " bytes after the beginning of the events",
                        .expected = expected,
                        .hint = "the file was cut off (a full disk?): copy it again"});
    }
    throw InputError({.what = "the events do not fill the place that the file gives them",
                      .where = where_,
                      .found = count_text(segment.length()) + " bytes",
                      .expected = expected});
  }

  const DataClues& clues_;
  const std::string& where_;
  std::vector<std::string>& notes_;
  std::vector<Segment> segments_;
  bool given_ = false;
  std::uint64_t total_ = 0;  // $TOT
  std::uint64_t needed_ = kTooMany;
  Layout found_;
};

bool is_sequence(std::span<const int> order, int step) {
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (order[i] != order[i - 1] + step) {
      return false;
    }
  }
  return true;
}

std::vector<int> byte_order(const std::string& text) {
  std::vector<int> order;
  for (const char c : text) {
    if (c >= '1' && c <= '8') {
      order.push_back(c - '0');
    }
  }
  return order;
}

void require_list_mode(const Keywords& keywords, const std::string& where) {
  const std::string mode = keywords.text("$MODE");
  if (!mode.empty() && mode != "L" && mode != "l") {
    throw InputError({.what = "the file holds histograms, not events",
                      .where = where,
                      .found = "$MODE = '" + as_utf8(mode) + "'",
                      .expected = "L, a list of events"});
  }
}

std::uint64_t bits_of_event(std::span<const Channel> channels, ValueType type,
                            const std::string& where) {
  std::uint64_t bits = 0;
  for (const Channel& channel : channels) {
    if (channel.bits == 0) {
      if (!std::ranges::all_of(channels, [](const Channel& c) { return c.bits == 0; })) {
        throw InputError({.what = "some channels are delimited characters and others are not",
                          .where = where,
                          .expected = "* for all of $P1B, $P2B, ... or for none"});
      }
      return 0;
    }
    bits += type == ValueType::characters ? 8 * channel.bits : channel.bits;
  }
  return bits;
}

}  // namespace

Layout find_layout(const DataClues& clues, const std::string& where,
                   std::vector<std::string>& notes) {
  return DataFinder(clues, where, notes).find();
}

bool is_big_endian(const Keywords& keywords, std::span<const Channel> channels, ValueType type,
                   const std::string& where) {
  const bool single_bytes =
      type == ValueType::characters ||
      std::ranges::all_of(channels, [](const Channel& c) { return c.bits <= 8; });
  const std::vector<int> order = byte_order(keywords.text("$BYTEORD"));
  if (order.size() >= 2 && order.front() == 1 && is_sequence(order, 1)) {
    return false;
  }
  if (order.size() >= 2 && order.back() == 1 && is_sequence(order, -1)) {
    return true;
  }
  if (single_bytes) {
    return false;
  }
  throw InputError({.what = "the order of bytes cannot be read",
                    .where = where,
                    .found = "$BYTEORD = '" + as_utf8(keywords.text("$BYTEORD")) + "'",
                    .expected = "1,2,3,4 or 4,3,2,1"});
}

Layout layout(const Header& header, const Keywords& keywords, std::span<const Channel> channels,
              std::uint64_t size, const std::string& where, std::vector<std::string>& notes) {
  require_list_mode(keywords, where);
  const ValueType type = value_type(keywords, where);
  const Segment text{keywords.whole("$BEGINDATA").value_or(0),
                     keywords.whole("$ENDDATA").value_or(0)};
  const std::uint64_t bits = bits_of_event(channels, type, where);
  const bool big_endian = is_big_endian(keywords, channels, type, where);
  const DataClues clues{header.data, text, size, bits, keywords.whole("$TOT"), channels.size()};
  Layout found = find_layout(clues, where, notes);
  found.type = type;
  found.big_endian = big_endian;
  found.event_bits = bits;
  return found;
}

}  // namespace mixvae::fcs
