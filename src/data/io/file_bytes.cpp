#include "data/io/file_bytes.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "base/error.hpp"

namespace mixvae {

std::ifstream open_for_reading(const std::string& path) {
  std::error_code ignored;
  const std::filesystem::file_status status = std::filesystem::status(path, ignored);
  if (status.type() == std::filesystem::file_type::not_found) {
    throw InputError({.what = "there is no such file", .where = path});
  }
  if (std::filesystem::is_directory(status)) {
    throw InputError({.what = "a file is needed here", .where = path, .found = "a directory"});
  }
  if (status.type() != std::filesystem::file_type::regular &&
      status.type() != std::filesystem::file_type::unknown) {
    throw InputError({.what = "a file is needed here, which can be read more than once",
                      .where = path,
                      .found = "a pipe or a device",
                      .hint = "write what comes out of it to a file, and give that"});
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw SystemError(
        {.what = "the file cannot be opened", .where = path, .found = std::strerror(errno)});
  }
  return file;
}

std::size_t file_size(const std::string& path) {
  std::ifstream file = open_for_reading(path);
  file.seekg(0, std::ios::end);
  const auto end = file.tellg();
  return end < 0 ? 0 : static_cast<std::size_t>(end);
}

std::string first_bytes(const std::string& path, std::size_t count) {
  std::ifstream file = open_for_reading(path);
  std::string bytes(count, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(count));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

std::string read_bytes(const std::string& path) { return first_bytes(path, file_size(path)); }

std::string printable(std::string_view bytes, std::size_t count) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes.substr(0, count)) {
    if (byte >= ' ' && byte <= '~') {
      text += byte;
    } else {
      const auto value = static_cast<unsigned char>(byte);
      text.append("\\x").append(1, kHex[value / 16]).append(1, kHex[value % 16]);
    }
  }
  return text;
}

}  // namespace mixvae
