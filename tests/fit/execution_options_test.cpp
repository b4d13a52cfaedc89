#include "fit/execution_options.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "models/cpl_mixvae.hpp"
#include "nn/kernels/bf16_product.hpp"
#include "nn/kernels/matrix_product.hpp"

namespace mixvae::fit {
namespace execution_options_test {

using testing::HasSubstr;

std::string refusal(const models::Model& model, torch::Device device) {
  try {
    require_possible({.precision = nn::kernels::Precision::bf16}, model, device);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(ExecutionOptions, NumbersOf16BitsAreForTheCpuAndWideOutputs) {
  const models::CplMixVae narrow({20, 3}, {}, 1);
  const models::CplMixVae wide({300, 3}, {}, 1);
  EXPECT_NO_THROW(require_possible({}, narrow, torch::kCPU));
  EXPECT_THAT(refusal(wide, torch::Device("cuda:0")), HasSubstr("works on the CPU alone"));
  if (nn::kernels::has_bf16_product() && nn::kernels::has_matrix_product()) {
    EXPECT_EQ(refusal(wide, torch::kCPU), "");
    EXPECT_THAT(refusal(narrow, torch::kCPU),
                HasSubstr("16-bit precision would have no effect"));
  } else {
    EXPECT_THAT(refusal(wide, torch::kCPU), HasSubstr("16-bit precision does not work"));
  }
}

TEST(ExecutionOptions, AreWhatTheyAreCalled) {
  EXPECT_TRUE(execution_of({}).fused);
  EXPECT_FALSE(execution_of({.kernels = Kernels::plain}).fused);
}

}  // namespace execution_options_test
}  // namespace mixvae::fit
