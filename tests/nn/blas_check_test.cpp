#include "nn/blas_check.hpp"

#include <regex>

#include <gtest/gtest.h>

namespace mixvae::nn {
namespace {

TEST(BlasCheck, KnowsTheReferenceLibraryByItsPath) {
  EXPECT_TRUE(is_reference_blas("/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0"));
  EXPECT_TRUE(is_reference_blas("libblas.so.3"));
}

TEST(BlasCheck, TakesAFastLibraryUnderTheSameNameForWhatItIs) {
  EXPECT_FALSE(is_reference_blas("/usr/lib/x86_64-linux-gnu/openblas-openmp/libblas.so.3"));
  EXPECT_FALSE(
      is_reference_blas("/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblasp-r0.3.21.so"));
  EXPECT_FALSE(is_reference_blas("/usr/lib/x86_64-linux-gnu/atlas/libblas.so.3"));
  EXPECT_FALSE(is_reference_blas("/opt/intel/lib/libmkl_rt.so.2"));
  EXPECT_FALSE(is_reference_blas("/usr/lib/libtorch_cpu.so"));
  EXPECT_FALSE(is_reference_blas(""));
}

TEST(BlasCheck, FindsTheLibraryOfThisProcess) {
  const std::string file = loaded_blas();
  if (file.empty()) {
    GTEST_SKIP() << "this libtorch carries its own BLAS";
  }
  EXPECT_EQ(file.front(), '/');
  EXPECT_NE(file.find("bla"), std::string::npos) << file;
}

TEST(BlasCheck, DescribesOpenBlas) {
  const std::string file = loaded_blas();
  const std::string text = blas_description();
  if (file.find("openblas") == std::string::npos) {
    EXPECT_EQ(text, "");
  } else {
    EXPECT_TRUE(std::regex_match(text, std::regex(R"(OpenBLAS \d+\.\d+[^ ]* for \w+)"))) << text;
  }
}

}  // namespace
}  // namespace mixvae::nn
