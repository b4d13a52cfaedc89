#pragma once

#include <cstdlib>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace mixvae::testing_files {

using support::TemporaryFolder;

/// The content as one gzip member.
inline std::string gzipped(std::string_view content) {
  z_stream stream = {};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, content.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

inline std::string shared_file(const std::string& name) {
  return std::string(MIXVAE_SHARED_DATA) + "/" + name;
}

/// What a Python program prints; empty when Python or a module that it needs is missing.
inline std::string python(const std::string& program) {
  const TemporaryFolder folder;
  const std::string script = folder.write("script.py", program);
  const std::string command =
      std::string(MIXVAE_PYTHON) + " " + script + " > " + folder.path("out") + " 2>/dev/null";
  if (std::system(command.c_str()) != 0) {
    return {};
  }
  std::ifstream file(folder.path("out"));
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The message of the InputError that `call` throws.
template <class Call>
std::string refusal(Call call) {
  try {
    call();
  } catch (const InputError& error) {
    return error.what();
  }
  ADD_FAILURE() << "no InputError was thrown";
  return {};
}

}  // namespace mixvae::testing_files

#define MIXVAE_NEEDS(file)                                   \
  if (!std::filesystem::exists(file)) {                      \
    GTEST_SKIP() << "the data file is not here: " << (file); \
  }
