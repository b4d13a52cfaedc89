#include "data/io/gzip.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <zlib.h>

#include "base/error.hpp"
#include "data/io/file_bytes.hpp"

namespace mixvae {
namespace {

constexpr std::size_t kGzipBlock = std::size_t{1} << 18;
constexpr std::size_t kLongestLine = std::size_t{1} << 31;
constexpr int kGzipWindow = 15 + 16;  // zlib: largest window, gzip wrapper

}  // namespace

bool begins_like_gzip(std::string_view bytes) {
  return bytes.size() >= 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b';
}

struct ByteReader::Inflater {
  Inflater() { MIXVAE_ASSERT(inflateInit2(&stream, kGzipWindow) == Z_OK, "zlib starts"); }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  z_stream stream = {};
  std::array<char, kGzipBlock> input = {};
  bool between_members = true;
  bool finished = false;
};

ByteReader::ByteReader(const std::string& path) : path_(path), file_(open_for_reading(path)) {
  if (begins_like_gzip(first_bytes(path, 2))) {
    inflater_ = std::make_unique<Inflater>();
  }
}

ByteReader::~ByteReader() = default;

std::size_t ByteReader::read_file(std::span<char> out) {
  file_.read(out.data(), static_cast<std::streamsize>(out.size()));
  if (file_.bad()) {
    throw SystemError({.what = "reading the file failed", .where = path_});
  }
  return static_cast<std::size_t>(file_.gcount());
}

std::size_t ByteReader::read(std::span<char> out) {
  if (!inflater_) {
    return read_file(out);
  }
  z_stream& stream = inflater_->stream;
  std::size_t written = 0;
  while (written < out.size() && !inflater_->finished) {
    if (stream.avail_in == 0) {
      stream.next_in = reinterpret_cast<Bytef*>(inflater_->input.data());
      stream.avail_in = static_cast<uInt>(read_file(inflater_->input));
    }
    if (stream.avail_in == 0 && !inflater_->between_members) {
      throw InputError({.what = "the gzip file is cut off",
                        .where = path_,
                        .found = "the end of the file inside compressed data",
                        .hint = "download or copy the file again"});
    }
    // After a member: another one begins with its magic byte; anything else is padding.
    if (stream.avail_in == 0 || (inflater_->between_members && *stream.next_in != 0x1f)) {
      inflater_->finished = true;
      break;
    }
    inflater_->between_members = false;
    const std::size_t room = std::min(out.size() - written, kGzipBlock);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + written);
    stream.avail_out = static_cast<uInt>(room);
    const int status = inflate(&stream, Z_NO_FLUSH);
    written += room - stream.avail_out;
    if (status == Z_STREAM_END) {
      inflater_->between_members = true;
      inflateReset(&stream);
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      throw InputError({.what = "the gzip file is damaged",
                        .where = path_,
                        .found = stream.msg != nullptr ? stream.msg : "an unknown fault",
                        .hint = "download or copy the file again"});
    }
  }
  return written;
}

namespace {

/// Reads until the end or the limit.
template <class Reader>
std::string read_up_to(Reader& reader, std::size_t limit) {
  std::string content;
  while (content.size() < limit) {
    const std::size_t step = std::min(limit - content.size(), std::max(kGzipBlock, content.size()));
    const std::size_t before = content.size();
    content.resize(before + step);
    const std::size_t got = reader.read(std::span(content).subspan(before));
    content.resize(before + got);
    if (got < step) {
      break;
    }
  }
  return content;
}

}  // namespace

std::string read_content(const std::string& path, std::size_t limit) {
  ByteReader reader(path);
  return read_up_to(reader, limit);
}

std::string read_text(const std::string& path, std::size_t limit) {
  TextReader reader(path);
  return read_up_to(reader, limit);
}

TextReader::TextReader(const std::string& path) : bytes_(path), waiting_(kGzipBlock, '\0') {
  waiting_.resize(bytes_.read(waiting_));
  const EncodingMark mark = text_encoding(waiting_);
  if (mark.encoding == TextEncoding::utf8) {
    given_ = mark.bytes;
    return;
  }
  decoder_ = std::make_unique<Utf16Decoder>(mark.encoding == TextEncoding::utf16_big);
  const std::string raw = waiting_.substr(mark.bytes);
  waiting_.clear();
  decoder_->decode(raw, waiting_);
}

std::size_t TextReader::take_waiting(std::span<char> out) {
  const std::size_t taken = std::min(out.size(), waiting_.size() - given_);
  std::memcpy(out.data(), waiting_.data() + given_, taken);
  given_ += taken;
  return taken;
}

std::size_t TextReader::read(std::span<char> out) {
  std::size_t written = take_waiting(out);
  if (!decoder_) {
    return written + bytes_.read(out.subspan(written));
  }
  std::string raw(kGzipBlock, '\0');
  while (written < out.size()) {
    raw.resize(kGzipBlock);
    raw.resize(bytes_.read(raw));
    if (raw.empty()) {
      break;
    }
    waiting_.clear();
    given_ = 0;
    decoder_->decode(raw, waiting_);
    written += take_waiting(out.subspan(written));
  }
  return written;
}

LineReader::LineReader(const std::string& path)
    : path_(path), bytes_(path), buffer_(kGzipBlock, '\0') {
  fill();
}

void LineReader::find_ending() {
  for (std::size_t searched = begin_;;) {
    const std::size_t at = std::string_view(buffer_.data(), end_).find_first_of("\r\n", searched);
    if (at != std::string_view::npos && (buffer_[at] == '\n' || at + 1 < end_)) {
      const bool any_newline =
          std::memchr(buffer_.data() + at, '\n', end_ - at) != nullptr;  // \r within quotes
      ending_ = buffer_[at] == '\r' && buffer_[at + 1] != '\n' && !any_newline ? '\r' : '\n';
      return;
    }
    searched = (at == std::string_view::npos ? end_ : at) - begin_;
    if (!fill()) {
      ending_ = '\n';
      return;
    }
  }
}

bool LineReader::fill() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == buffer_.size()) {
    if (buffer_.size() >= kLongestLine) {
      throw InputError({.what = "a line is longer than 2 GiB",
                        .where = path_ + ", line " + std::to_string(line_number_ + 1)});
    }
    buffer_.resize(buffer_.size() * 2);
  }
  const std::size_t got = bytes_.read(std::span(buffer_).subspan(end_));
  end_ += got;
  return got > 0;
}

bool LineReader::next(std::string_view& line) {
  if (ending_ == 0) {
    find_ending();
  }
  std::size_t searched = begin_;
  const char* newline = nullptr;
  for (;;) {
    newline =
        static_cast<const char*>(std::memchr(buffer_.data() + searched, ending_, end_ - searched));
    if (newline != nullptr) {
      break;
    }
    searched = end_ - begin_;
    if (!fill()) {
      break;
    }
  }
  if (newline == nullptr && begin_ == end_) {
    return false;
  }
  const std::size_t stop =
      newline != nullptr ? static_cast<std::size_t>(newline - buffer_.data()) : end_;
  line = std::string_view(buffer_.data() + begin_, stop - begin_);
  while (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  begin_ = newline != nullptr ? stop + 1 : stop;
  ++line_number_;
  return true;
}

}  // namespace mixvae
