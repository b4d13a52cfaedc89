#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/atomic_file.hpp"

namespace mixvae {

/// Writes a zip archive of uncompressed members (dated 1980, as numpy dates them), with the 64-bit
/// extension only where sizes or places need it. Throws what AtomicFile throws.
class ZipWriter {
 public:
  /// `most` is the largest number that goes into 32 bits; tests lower it.
  explicit ZipWriter(AtomicFile& file, std::uint64_t most = 0xfffffffe)
      : file_(file), most_(most) {}

  /// A member whose content stands in pieces.
  void add(const std::string& name, std::initializer_list<std::string_view> content);

  /// Writes the directory; the file is still to be committed.
  void finish();

 private:
  void write(std::string_view bytes);

  AtomicFile& file_;
  std::uint64_t most_;
  std::uint64_t written_ = 0;
  std::uint64_t members_ = 0;
  std::string directory_;
};

}  // namespace mixvae
