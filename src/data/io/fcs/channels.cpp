#include "data/io/fcs/channels.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/text_values.hpp"

namespace mixvae::fcs {
namespace {

/// Reads the keywords of one channel.
class ChannelReader {
 public:
  ChannelReader(const Keywords& keywords, ValueType type, std::size_t number,
                const std::string& where, std::vector<std::string>& notes)
      : keywords_(keywords), type_(type), number_(number), where_(where), notes_(notes) {}

  Channel read() {
    require_common_type();
    Channel channel;
    channel.bits = bits();
    channel.name = as_utf8(keywords_.text(key('N')));
    if (channel.name.empty()) {
      channel.name = "P" + std::to_string(number_);
      notes_.push_back("Channel " + std::to_string(number_) + " has no name ($PnN); it is called " +
                       channel.name + ".");
    }
    channel.marker = as_utf8(keywords_.text(key('S')));
    const double range = keywords_.number(key('R')).value_or(0);
    channel.range = range > 0 ? range : 0;
    read_scale(channel);
    const double gain = keywords_.number(key('G')).value_or(1);
    channel.gain = gain > 0 ? gain : 1;
    return channel;
  }

 private:
  std::string key(const std::string& name) const { return "$P" + std::to_string(number_) + name; }
  std::string key(char letter) const { return key(std::string(1, letter)); }

  [[noreturn]] void refuse(char letter, const std::string& what, const std::string& expected) {
    throw InputError({.what = what,
                      .where = where_,
                      .found = key(letter) + " = '" + as_utf8(keywords_.text(key(letter))) + "'",
                      .expected = expected});
  }

  /// FCS 3.2 lets a channel have a type of its own.
  void require_common_type() const {
    const std::string own = key("DATATYPE");
    const std::string type = keywords_.text(own);
    const std::string common = keywords_.text("$DATATYPE");
    if (!type.empty() && lower(type) != lower(common)) {
      throw InputError({.what = "a channel has another type of values than the others",
                        .where = where_,
                        .found = own + " = '" + as_utf8(type) + "'",
                        .expected = "$DATATYPE, '" + common + "', for all channels",
                        .hint = "write the file with one type of values for all channels"});
    }
  }

  unsigned bits() {
    if (!keywords_.has(key('B'))) {
      throw InputError({.what = "the width of a channel is missing from TEXT",
                        .where = where_,
                        .found = "no keyword " + key('B'),
                        .expected = "$P1B to $P" + keywords_.text("$PAR") + "B, as $PAR says"});
    }
    const std::string text = keywords_.text(key('B'));
    if (type_ == ValueType::characters && text == "*") {
      return 0;
    }
    const std::uint64_t width = keywords_.whole(key('B')).value_or(0);
    require_width(width);
    return static_cast<unsigned>(width);
  }

  void require_width(std::uint64_t width) {
    const bool integer = type_ == ValueType::integer && width >= 1 && width <= 64;
    const bool single = type_ == ValueType::single_precision && width == 32;
    const bool twofold = type_ == ValueType::double_precision && width == 64;
    const bool characters = type_ == ValueType::characters && width >= 1 && width <= 64;
    if (!integer && !single && !twofold && !characters) {
      refuse('B', "the width of a channel does not go with the type of the data",
             "1 to 64 bits for $DATATYPE I, 32 for F, 64 for D, 1 to 64 characters or * for A");
    }
  }

  void read_scale(Channel& channel) {
    const std::string text = keywords_.text(key('E'));
    if (text.empty()) {
      return;
    }
    const std::size_t comma = text.find(',');
    const auto decades = number_of(text.substr(0, comma));
    const auto first = number_of(comma == std::string::npos ? "" : text.substr(comma + 1));
    if (!decades || !first || !(*decades >= 0) || !(*first >= 0)) {
      notes_.push_back("The scale " + key('E') + " = '" + as_utf8(text) +
                       "' cannot be read; the channel is taken as linear.");
      return;
    }
    if (*decades > 0) {
      set_logarithmic(channel, *decades, *first);
    }
  }

  void set_logarithmic(Channel& channel, double decades, double first) {
    if (type_ != ValueType::integer && type_ != ValueType::characters) {
      notes_.push_back("The scale " + key('E') +
                       " is logarithmic, which floating-point data cannot be; it is not applied.");
      return;
    }
    if (channel.range <= 0) {
      refuse('R', "a channel on a logarithmic scale has no range", "a positive number");
    }
    channel.decades = decades;
    channel.first = first > 0 ? first : 1;
  }

  const Keywords& keywords_;
  ValueType type_;
  std::size_t number_;
  const std::string& where_;
  std::vector<std::string>& notes_;
};

}  // namespace

std::uint64_t Channel::mask() const {
  constexpr auto kAll = std::numeric_limits<std::uint64_t>::max();
  if (range < 2 || range > 0x1p63) {
    return kAll;
  }
  return std::bit_ceil(static_cast<std::uint64_t>(std::ceil(range))) - 1;
}

double Channel::linear(double stored) const {
  return decades > 0 ? first * std::pow(10.0, decades * stored / range) : stored / gain;
}

ValueType value_type(const Keywords& keywords, const std::string& where) {
  const std::string type = keywords.text("$DATATYPE");
  if (type == "I" || type == "i") {
    return ValueType::integer;
  }
  if (type == "F" || type == "f") {
    return ValueType::single_precision;
  }
  if (type == "D" || type == "d") {
    return ValueType::double_precision;
  }
  if (type == "A" || type == "a") {
    return ValueType::characters;
  }
  throw InputError({.what = "the type of the data is not known",
                    .where = where,
                    .found = type.empty() ? "no keyword $DATATYPE" : "$DATATYPE = '" + type + "'",
                    .expected = "I, F, D or A"});
}

std::vector<Channel> channels(const Keywords& keywords, ValueType type, const std::string& where,
                              std::vector<std::string>& notes) {
  const std::uint64_t number = keywords.whole("$PAR").value_or(0);
  if (number == 0) {
    throw InputError({.what = "TEXT does not say how many channels there are",
                      .where = where,
                      .found = "$PAR = '" + as_utf8(keywords.text("$PAR")) + "'",
                      .expected = "a whole number of at least 1"});
  }
  std::vector<Channel> all;
  for (std::uint64_t n = 1; n <= number; ++n) {
    all.push_back(ChannelReader(keywords, type, n, where, notes).read());
  }
  if (keywords.has("$P" + std::to_string(number + 1) + "B")) {
    notes.push_back("TEXT describes more channels than the " + std::to_string(number) +
                    " that $PAR counts; the others were left out.");
  }
  return all;
}

}  // namespace mixvae::fcs
