#include "nn/device.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::nn {
namespace {

TEST(DeviceNamed, TakesWhatThereIs) {
  EXPECT_TRUE(device_named("cpu").is_cpu());
  EXPECT_EQ(device_named("auto").is_cuda(), at::hasCUDA());
  EXPECT_THROW(device_named("tpu"), Bug);
}

TEST(AllowTf32, IsKnownToTheLibrary) {
  allow_tf32(true);
  EXPECT_TRUE(at::globalContext().allowTF32CuBLAS());
  EXPECT_TRUE(at::globalContext().allowTF32CuDNN());
  allow_tf32(false);
  EXPECT_FALSE(at::globalContext().allowTF32CuBLAS());
  EXPECT_FALSE(at::globalContext().allowTF32CuDNN());
}

TEST(DeviceNamed, RefusesCudaWhereThereIsNone) {
  if (at::hasCUDA()) {
    GTEST_SKIP() << "there is a CUDA device";
  }
  try {
    device_named("cuda");
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("there is no CUDA device that libtorch can use"), std::string::npos);
    EXPECT_NE(message.find("--device cpu"), std::string::npos);
  }
}

}  // namespace
}  // namespace mixvae::nn
