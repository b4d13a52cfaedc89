#include "data/io/file_kind.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <utility>

#include "data/io/gzip.hpp"
#include "data/io/png_folder.hpp"
#include "data/io/text_encoding.hpp"
#include "data/io/zarr/files.hpp"

namespace mixvae {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kLooked = 4096;

constexpr std::array<std::pair<std::string_view, FileKind>, 7> kSignatures = {{
    {"\x89HDF\r\n\x1a\n"sv, FileKind::hdf5},
    {"\x93NUMPY"sv, FileKind::npy},
    {"PK\x03\x04"sv, FileKind::zip},
    {"PK\x05\x06"sv, FileKind::zip},
    {"%%MatrixMarket"sv, FileKind::matrix_market},
    {"\x00\x00\x08\x03"sv, FileKind::idx_images},
    {"\x00\x00\x08\x01"sv, FileKind::idx_labels},
}};

bool begins_like_fcs(std::string_view bytes) {
  return bytes.size() >= 6 && bytes.starts_with("FCS") && bytes[3] >= '1' && bytes[3] <= '9' &&
         bytes[4] == '.';
}

/// No control characters but white space, or UTF-16. A text that was not written to its end has NUL
/// bytes there; the reader of text names them. DOS ended texts with ^Z.
bool looks_like_text(std::string_view bytes) {
  if (text_encoding(bytes).encoding != TextEncoding::utf8) {
    return true;
  }
  bytes = bytes.substr(0, bytes.find_last_not_of("\0\x1a"sv) + 1);
  if (bytes.empty()) {
    return false;
  }
  return std::ranges::all_of(bytes, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || c == '\t' || c == '\n' || c == '\r' || c == '\f';
  });
}

}  // namespace

FileKind file_kind(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return zarr::is_store_folder(path) ? FileKind::zarr : FileKind::directory;
  }
  const std::string bytes = read_content(path, kLooked);
  if (bytes.empty()) {
    return FileKind::empty;
  }
  for (const auto& [signature, kind] : kSignatures) {
    if (bytes.starts_with(signature)) {
      return kind;
    }
  }
  if (begins_like_fcs(bytes)) {
    return FileKind::fcs;
  }
  return looks_like_text(bytes) ? FileKind::text : FileKind::unknown;
}

bool may_hold_images(const std::string& path) {
  const FileKind kind = file_kind(path);
  return kind == FileKind::idx_images || kind == FileKind::npy || kind == FileKind::zip ||
         (kind == FileKind::directory && is_png_folder(path));
}

}  // namespace mixvae
