#include "base/processor.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mixvae {
namespace {

/// The words behind "flags" in the kernel's description of the processor.
std::set<std::string> kernel_flags() {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  while (std::getline(file, line) && !line.starts_with("flags")) {
  }
  std::istringstream words(line.substr(line.find(':') + 1));
  return {std::istream_iterator<std::string>(words), {}};
}

TEST(Processor, FeaturesAreThoseThatTheKernelTells) {
  const std::set<std::string> flags = kernel_flags();
  std::vector<std::string> expected;
  if (flags.contains("avx2")) {
    expected.emplace_back("AVX2");
  }
  if (flags.contains("fma")) {
    expected.emplace_back("FMA");
  }
  bool wide = true;
  for (const char* part : {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}) {
    wide = wide && flags.contains(part);
  }
  if (wide) {
    expected.emplace_back("AVX-512");
  }
  EXPECT_EQ(processor_features(), expected);
  EXPECT_EQ(has_avx512(), wide);
}

}  // namespace
}  // namespace mixvae
