#pragma once

#include <cstddef>
#include <fstream>
#include <string>

namespace mixvae {

/// Opens a file for reading bytes. Throws InputError when there is no such file or it is a
/// directory, SystemError when the system refuses to open it.
std::ifstream open_for_reading(const std::string& path);

/// Size of the file in bytes. Throws as open_for_reading.
std::size_t file_size(const std::string& path);

/// At most the first `count` bytes as they stand in the file.
std::string first_bytes(const std::string& path, std::size_t count);

/// The whole file as it stands.
std::string read_bytes(const std::string& path);

/// Bytes for people: printable characters as they are, others as \x00; at most `count` bytes.
std::string printable(std::string_view bytes, std::size_t count = 16);

}  // namespace mixvae
