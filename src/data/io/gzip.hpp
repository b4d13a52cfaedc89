#pragma once

#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "data/io/text_encoding.hpp"
#include "data/matrix.hpp"

namespace mixvae {

/// True when the bytes begin like a gzip file.
bool begins_like_gzip(std::string_view bytes);

/// The content of a plain or gzip file (recognised by its first bytes; any number of members), in
/// order.
class ByteReader {
 public:
  /// Throws as open_for_reading.
  explicit ByteReader(const std::string& path);
  ~ByteReader();
  ByteReader(const ByteReader&) = delete;
  ByteReader& operator=(const ByteReader&) = delete;

  /// Fills `out` and returns how many bytes were written: fewer than asked only at the end. Throws
  /// InputError for a gzip file that is cut off or damaged.
  std::size_t read(std::span<char> out);

 private:
  struct Inflater;
  std::size_t read_file(std::span<char> out);

  std::string path_;
  std::ifstream file_;
  std::unique_ptr<Inflater> inflater_;  // null for a plain file
};

/// The content of a plain or gzip file; at most `limit` bytes of it.
std::string read_content(const std::string& path, std::size_t limit = std::string::npos);

/// The characters of a plain or gzip text file as UTF-8, without a byte order mark: UTF-8 (or any
/// other bytes) as they are, UTF-16 turned into it.
class TextReader {
 public:
  explicit TextReader(const std::string& path);

  /// As ByteReader::read.
  std::size_t read(std::span<char> out);

 private:
  std::size_t take_waiting(std::span<char> out);

  ByteReader bytes_;
  std::string waiting_;  // what was decoded and not yet given out
  std::size_t given_ = 0;
  std::unique_ptr<Utf16Decoder> decoder_;  // null for UTF-8
};

/// The text of a plain or gzip file as UTF-8; at most `limit` bytes of it.
std::string read_text(const std::string& path, std::size_t limit = std::string::npos);

/// The lines of a plain or gzip text file as UTF-8, without their endings (\n, \r\n, or \r where
/// the first line ends so) and without a byte order mark.
class LineReader {
 public:
  explicit LineReader(const std::string& path);

  /// Moves to the next line; false at the end. The view holds until the next call.
  bool next(std::string_view& line);
  /// Number of the line that next() gave last, from 1.
  Index line_number() const { return line_number_; }
  const std::string& path() const { return path_; }

 private:
  bool fill();
  void find_ending();

  std::string path_;
  TextReader bytes_;
  std::string buffer_;
  char ending_ = 0;        // the last character of every line; 0 before the first one
  std::size_t begin_ = 0;  // start of what is not yet given out
  std::size_t end_ = 0;
  Index line_number_ = 0;
};

}  // namespace mixvae
