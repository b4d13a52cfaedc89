// Events of an FCS data set: stored values, block by block.

#include <algorithm>
#include <bit>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/fcs/file.hpp"
#include "data/io/file_bytes.hpp"
#include "data/io/text_values.hpp"

namespace mixvae::fcs {
namespace {

/// Events per block: a multiple of 8, so that every block begins with a whole byte.
constexpr std::uint64_t kBlockEvents = 4096;

const unsigned char* raw(const std::string& bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::uint64_t whole_bytes(const unsigned char* bytes, unsigned count, bool big_endian) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < count; ++i) {
    value = (value << 8U) | bytes[big_endian ? i : count - 1 - i];
  }
  return value;
}

std::uint64_t single_bits(const unsigned char* bytes, std::uint64_t first, unsigned count,
                          bool big_endian) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < count; ++i) {
    const std::uint64_t place = first + i;
    const auto within = static_cast<unsigned>(place % 8);
    const std::uint64_t bit = (bytes[place / 8] >> (big_endian ? 7 - within : within)) & 1U;
    value |= bit << (big_endian ? count - 1 - i : i);
  }
  return value;
}

/// Decodes values of a fixed width.
class FixedWidth {
 public:
  explicit FixedWidth(const File& file) : file_(file) {
    for (const Channel& channel : file.channels) {
      masks_.push_back(channel.mask());
    }
  }

  void decode(const std::string& bytes, std::uint64_t first, std::span<double> values) const {
    std::uint64_t place = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::size_t c = i % masks_.size();
      const std::uint64_t event = first + i / masks_.size();
      const Channel& channel = file_.channels[c];
      values[i] = value(bytes, place, c, event);
      place += file_.layout.type == ValueType::characters ? 8 * channel.bits : channel.bits;
    }
  }

 private:
  double value(const std::string& bytes, std::uint64_t place, std::size_t c,
               std::uint64_t event) const {
    switch (file_.layout.type) {
      case ValueType::integer:
        return static_cast<double>(bits(bytes, place, file_.channels[c].bits) & masks_[c]);
      case ValueType::single_precision:
        return static_cast<double>(
            std::bit_cast<float>(static_cast<std::uint32_t>(bits(bytes, place, 32))));
      case ValueType::double_precision:
        return std::bit_cast<double>(bits(bytes, place, 64));
      case ValueType::characters:
        return number(bytes.substr(static_cast<std::size_t>(place / 8), file_.channels[c].bits), c,
                      event);
    }
    throw Bug("unknown type of FCS data");
  }

  std::uint64_t bits(const std::string& bytes, std::uint64_t place, unsigned count) const {
    const bool big_endian = file_.layout.big_endian;
    return place % 8 == 0 && count % 8 == 0
               ? whole_bytes(raw(bytes) + place / 8, count / 8, big_endian)
               : single_bits(raw(bytes), place, count, big_endian);
  }

  double number(const std::string& text, std::size_t c, std::uint64_t event) const {
    const auto value = number_of(text);
    if (!value || is_missing(text)) {
      throw InputError({.what = "a value is no number",
                        .where = file_.path + ", event " + std::to_string(event + 1) +
                                 ", channel '" + file_.channels[c].name + "'",
                        .found = "'" + printable(text, 32) + "'",
                        .expected = "digits, as $DATATYPE A says"});
    }
    return *value;
  }

  const File& file_;
  std::vector<std::uint64_t> masks_;
};

std::string read_data(std::ifstream& stream, const File& file, std::uint64_t count) {
  std::string bytes(static_cast<std::size_t>(count), '\0');
  stream.read(bytes.data(), static_cast<std::streamsize>(count));
  if (static_cast<std::uint64_t>(stream.gcount()) != count) {
    throw SystemError({.what = "the events cannot be read", .where = file.path});
  }
  return bytes;
}

/// Values between blanks, commas and line breaks.
std::vector<double> delimited_values(const File& file, std::string_view text) {
  constexpr std::string_view kBetween{" ,\t\r\n\0", 6};
  std::vector<double> values;
  for (std::size_t begin = text.find_first_not_of(kBetween); begin != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(kBetween, begin), text.size());
    const auto value = number_of(text.substr(begin, end - begin));
    if (!value) {
      throw InputError({.what = "a value is no number",
                        .where = file.path + ", value " + std::to_string(values.size() + 1),
                        .found = "'" + printable(text.substr(begin, end - begin), 32) + "'",
                        .expected = "digits, as $DATATYPE A says"});
    }
    values.push_back(*value);
    begin = text.find_first_not_of(kBetween, end);
  }
  return values;
}

void visit_delimited(const File& file, std::ifstream& stream, const BlockVisitor& visit) {
  const std::vector<double> values =
      delimited_values(file, read_data(stream, file, file.layout.bytes));
  const std::uint64_t channels = file.channels.size();
  if (values.size() % channels != 0 || values.size() / channels != file.layout.events) {
    throw InputError({.what = "the number of values is not that of events times channels",
                      .where = file.path,
                      .found = with_commas(static_cast<long long>(values.size())) + " values",
                      .expected = with_commas(static_cast<long long>(file.layout.events)) +
                                  " events ($TOT) of " + std::to_string(channels) + " channels"});
  }
  visit(0, values);
}

}  // namespace

void for_each_block(const File& file, const BlockVisitor& visit) {
  std::ifstream stream = open_for_reading(file.path);
  stream.seekg(static_cast<std::streamoff>(file.base + file.layout.begin));
  if (file.layout.event_bits == 0) {
    visit_delimited(file, stream, visit);
    return;
  }
  const FixedWidth decoder(file);
  std::vector<double> values;
  for (std::uint64_t first = 0; first < file.layout.events; first += kBlockEvents) {
    const std::uint64_t events = std::min(kBlockEvents, file.layout.events - first);
    values.resize(static_cast<std::size_t>(events) * file.channels.size());
    decoder.decode(read_data(stream, file, (events * file.layout.event_bits + 7) / 8), first,
                   values);
    visit(first, values);
  }
}

}  // namespace mixvae::fcs
