#include "training/safetensors.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "base/atomic_file.hpp"
#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "training/safetensors_header.hpp"

namespace mixvae::training {
namespace {

static_assert(std::endian::native == std::endian::little,
              "values are written as they lie in memory");

constexpr std::uint64_t kLargestHeader = 100'000'000;
constexpr std::size_t kChecksumDigits = 16;
const std::string kChecksumKey = "checksum";

struct NumberType {
  std::string_view name;
  torch::ScalarType type;
};

constexpr std::array<NumberType, 10> kNumberTypes{{{"F64", torch::kFloat64},
                                                   {"I64", torch::kInt64},
                                                   {"F32", torch::kFloat32},
                                                   {"I32", torch::kInt32},
                                                   {"F16", torch::kFloat16},
                                                   {"BF16", torch::kBFloat16},
                                                   {"I16", torch::kInt16},
                                                   {"I8", torch::kInt8},
                                                   {"U8", torch::kUInt8},
                                                   {"BOOL", torch::kBool}}};

std::string_view type_name(torch::ScalarType type) {
  const auto* const found = std::ranges::find(kNumberTypes, type, &NumberType::type);
  MIXVAE_ASSERT(found != kNumberTypes.end(), "only plain number types are written");
  return found->name;
}

std::string_view bytes_of(const torch::Tensor& tensor) {
  return {static_cast<const char*>(tensor.data_ptr()), tensor.nbytes()};
}

std::string hexadecimal(std::uint64_t value) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(kChecksumDigits, '0');
  for (std::size_t i = kChecksumDigits; i-- > 0; value >>= 4) {
    text[i] = kDigits[value & 15];
  }
  return text;
}

/// Where the digits of the checksum stand in the header; npos when they do not.
std::size_t checksum_position(std::string_view header) {
  static constexpr std::string_view kMark = "\"checksum\":\"";
  const std::size_t found = header.find(kMark);
  const bool whole =
      found != std::string_view::npos && found + kMark.size() + kChecksumDigits <= header.size();
  return whole ? found + kMark.size() : std::string_view::npos;
}

/// Tensors on the CPU in the order of their bytes: wider numbers first, so that each is aligned,
/// then by name.
std::vector<std::pair<std::string, torch::Tensor>> in_file_order(const TensorFile& content) {
  std::vector<std::pair<std::string, torch::Tensor>> ordered;
  for (const auto& [name, tensor] : content.tensors) {
    ordered.emplace_back(name, tensor.detach().to(torch::kCPU).contiguous());
  }
  std::ranges::stable_sort(ordered, std::greater<>(),
                           [](const auto& named) { return named.second.element_size(); });
  return ordered;
}

class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path), in_(path, std::ios::binary) {
    std::error_code error;
    size_ = std::filesystem::file_size(path, error);
    if (!in_ || error) {
      throw InputError(
          {.what = "cannot open " + path_, .hint = "check the name and that it may be read"});
    }
  }

  std::string header() {
    std::uint64_t length = 0;
    if (size_ < sizeof length) {
      damaged(with_commas(static_cast<long long>(size_)) + " bytes", "at least 8 bytes");
    }
    read(reinterpret_cast<char*>(&length), sizeof length);
    if (length > std::min(kLargestHeader, size_ - sizeof length)) {
      damaged("a header of " + std::to_string(length) + " bytes",
              "at most 100 MB and no more than the file holds");
    }
    std::string text(length, ' ');
    read(text.data(), text.size());
    values_size_ = size_ - sizeof length - length;
    return text;
  }

  /// Checks that the tensors cover the bytes behind the header without gap or overlap.
  void check_layout(const SafetensorsHeader& header) const {
    std::uint64_t expected = 0;
    for (const TensorEntry& entry : header.tensors) {
      if (entry.begin != expected || entry.end < entry.begin || entry.end > values_size_) {
        damaged("tensor '" + entry.name + "' at bytes " + std::to_string(entry.begin) + " to " +
                    std::to_string(entry.end),
                "bytes from " + std::to_string(expected) + ", at most to " +
                    std::to_string(values_size_));
      }
      expected = entry.end;
    }
    if (expected != values_size_) {
      damaged(std::to_string(values_size_) + " bytes of values",
              std::to_string(expected) + " as the header says");
    }
  }

  torch::Tensor tensor(const TensorEntry& entry) {
    const auto* const type = std::ranges::find(kNumberTypes, entry.dtype, &NumberType::name);
    if (type == kNumberTypes.end()) {
      damaged("numbers of type '" + entry.dtype + "' in tensor '" + entry.name + "'",
              "F64, F32, F16, BF16, I64, I32, I16, I8, U8 or BOOL");
    }
    const std::uint64_t bytes = entry.end - entry.begin;
    std::uint64_t needed = c10::elementSize(type->type);
    for (const std::int64_t length : entry.shape) {
      if (__builtin_mul_overflow(needed, static_cast<std::uint64_t>(length), &needed)) {
        damaged("tensor '" + entry.name + "' of impossible shape", "fewer than 2^64 bytes");
      }
    }
    if (needed != bytes) {
      damaged(std::to_string(bytes) + " bytes for tensor '" + entry.name + "'",
              std::to_string(needed) + " for its shape");
    }
    torch::Tensor values = torch::empty(entry.shape, type->type);
    read(static_cast<char*>(values.data_ptr()), bytes);
    return values;
  }

  [[noreturn]] void damaged(std::string found, std::string expected) const {
    throw InputError({.what = path_ + " is damaged or not a safetensors file of this program",
                      .found = std::move(found),
                      .expected = std::move(expected)});
  }

 private:
  void read(char* target, std::uint64_t bytes) {
    if (!in_.read(target, static_cast<std::streamsize>(bytes))) {
      damaged("the end of the file", "more bytes (it may be changing)");
    }
  }

  const std::string& path_;
  std::ifstream in_;
  std::uint64_t size_ = 0;
  std::uint64_t values_size_ = 0;
};

}  // namespace

void write_safetensors(const std::string& path, const TensorFile& content) {
  const auto tensors = in_file_order(content);
  SafetensorsHeader header{.metadata = content.metadata, .tensors = {}};
  header.metadata[kChecksumKey] = std::string(kChecksumDigits, '0');
  std::uint64_t offset = 0;
  for (const auto& [name, tensor] : tensors) {
    header.tensors.push_back({.name = name,
                              .dtype = std::string(type_name(tensor.scalar_type())),
                              .shape = tensor.sizes().vec(),
                              .begin = offset,
                              .end = offset + tensor.nbytes()});
    offset += tensor.nbytes();
  }
  std::string text = header_text(header);
  MIXVAE_ASSERT(text.size() <= kLargestHeader, "a header holds names and facts, not data");
  std::uint64_t sum = checksum(text);
  for (const auto& [name, tensor] : tensors) {
    sum = checksum(bytes_of(tensor), sum);
  }
  text.replace(checksum_position(text), kChecksumDigits, hexadecimal(sum));

  AtomicFile file(path);
  const std::uint64_t length = text.size();
  file.write({reinterpret_cast<const char*>(&length), sizeof length});
  file.write(text);
  for (const auto& [name, tensor] : tensors) {
    file.write(bytes_of(tensor));
  }
  file.commit();
}

TensorFile read_facts(const std::string& path) {
  Reader reader(path);
  SafetensorsHeader header = parse_header(reader.header(), path);
  reader.check_layout(header);
  header.metadata.erase(kChecksumKey);
  return {.metadata = std::move(header.metadata), .tensors = {}};
}

TensorFile read_safetensors(const std::string& path) {
  Reader reader(path);
  std::string text = reader.header();
  SafetensorsHeader header = parse_header(text, path);
  const std::size_t position = checksum_position(text);
  if (position == std::string::npos) {
    reader.damaged("no checksum", "a checksum in the header");
  }
  const std::string stored = text.substr(position, kChecksumDigits);
  reader.check_layout(header);
  std::uint64_t sum = checksum(text.replace(position, kChecksumDigits, kChecksumDigits, '0'));
  TensorFile content{.metadata = std::move(header.metadata), .tensors = {}};
  for (const TensorEntry& entry : header.tensors) {
    const torch::Tensor tensor = reader.tensor(entry);
    sum = checksum(bytes_of(tensor), sum);
    content.tensors.emplace(entry.name, tensor);
  }
  if (hexadecimal(sum) != stored) {
    reader.damaged("content of checksum " + hexadecimal(sum), "checksum " + stored);
  }
  content.metadata.erase(kChecksumKey);
  return content;
}

const torch::Tensor& find_tensor(const TensorFile& content, const std::string& name,
                                 const std::string& path) {
  const auto found = content.tensors.find(name);
  if (found == content.tensors.end()) {
    throw InputError({.what = path + " holds no tensor '" + name + "'",
                      .hint = "the file is of another program or version"});
  }
  return found->second;
}

const std::string& find_fact(const TensorFile& content, const std::string& name,
                             const std::string& path) {
  const auto found = content.metadata.find(name);
  if (found == content.metadata.end()) {
    throw InputError({.what = path + " does not say '" + name + "'",
                      .hint = "the file is of another program or version"});
  }
  return found->second;
}

}  // namespace mixvae::training
