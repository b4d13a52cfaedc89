#include "training/event_file.hpp"

#include <array>
#include <bit>
#include <cmath>

namespace mixvae::training {
namespace {

constexpr std::array<std::uint32_t, 256> crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t rest = i;
    for (int bit = 0; bit < 8; ++bit) {
      rest = (rest & 1U) != 0 ? (rest >> 1U) ^ 0x82f63b78U : rest >> 1U;
    }
    table[i] = rest;
  }
  return table;
}

/// Bytes of a number, the lowest first.
template <class Number>
std::string little_endian(Number number) {
  std::string bytes;
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    bytes += static_cast<char>(number >> (8 * i) & 0xffU);
  }
  return bytes;
}

/// A record: its length and its bytes, each followed by its checksum, rotated and shifted as the
/// format asks, so that checksums of checksums tell something.
std::string event_record(const std::string& bytes) {
  const auto masked = [](std::string_view checked) {
    const std::uint32_t crc = crc32c(checked);
    return little_endian(std::rotr(crc, 15) + 0xa282ead8U);
  };
  const std::string length = little_endian(static_cast<std::uint64_t>(bytes.size()));
  return length + masked(length) + bytes + masked(bytes);
}

// Fields of protocol buffers: a key of number and kind, then the value.
std::string varint(std::uint64_t number) {
  std::string bytes;
  for (; number >= 0x80; number >>= 7U) {
    bytes += static_cast<char>((number & 0x7fU) | 0x80U);
  }
  return bytes + static_cast<char>(number);
}

enum class FieldKind : std::uint8_t { varint = 0, eight_bytes = 1, text = 2, four_bytes = 5 };

std::string field_key(std::uint64_t number, FieldKind kind) {
  return varint(number << 3U | static_cast<std::uint64_t>(kind));
}

std::string field(std::uint64_t number, std::string_view text) {
  return field_key(number, FieldKind::text) + varint(text.size()) + std::string(text);
}

/// An Event: wall_time = 1, step = 2, then what it holds.
std::string event(double time, std::int64_t step, const std::string& what) {
  return event_record(
      field_key(1, FieldKind::eight_bytes) + little_endian(std::bit_cast<std::uint64_t>(time)) +
      field_key(2, FieldKind::varint) + varint(static_cast<std::uint64_t>(step)) + what);
}

/// A Summary.Value: tag = 1, simple_value = 2; nothing for a value that is not finite.
std::string scalar(const std::string& tag, double value) {
  if (!std::isfinite(value)) {
    return {};
  }
  return field(1, field(1, tag) + field_key(2, FieldKind::four_bytes) +
                      little_endian(std::bit_cast<std::uint32_t>(static_cast<float>(value))));
}

std::string scalars(const std::string& group, const std::vector<std::string>& terms,
                    const std::vector<double>& values) {
  std::string all;
  for (std::size_t i = 0; i < values.size(); ++i) {
    all += scalar(group + "/" + terms[i], values[i]);
  }
  return all;
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  static constexpr std::array<std::uint32_t, 256> kTable = crc_table();
  std::uint32_t crc = 0xffffffffU;
  for (const char byte : bytes) {
    crc = kTable[(crc ^ static_cast<unsigned char>(byte)) & 0xffU] ^ (crc >> 8U);
  }
  return ~crc;
}

std::string event_file(const History& history, double began) {
  // Event.file_version = 3, Event.summary = 5
  std::string file = event(began, 0, field(3, "brain.Event:2"));
  for (const EpochRecord& epoch : history.epochs) {
    const std::string summary = scalars("train", history.training_terms, epoch.training) +
                                scalars("validation", history.validation_terms, epoch.validation) +
                                scalar("learning_rate", epoch.learning_rate) +
                                scalar("epoch", static_cast<double>(epoch.epoch));
    file += event(began + epoch.seconds, epoch.step, field(5, summary));
  }
  return file;
}

}  // namespace mixvae::training
