#include "models/unused_options.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::models {
namespace {

std::string refusal(const CplMixVaeOptions& options, const CplMixVaeOptions& defaults) {
  try {
    require_unused("a model", {"depict-weight", "head"}, options, defaults);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(UnusedOptions, NamesTheFirstThatDiffersFromTheDefaults) {
  CplMixVaeOptions options;
  EXPECT_EQ(refusal(options, {}), "");
  options.beta += 1;  // used
  EXPECT_EQ(refusal(options, {}), "");
  options.head = options.head == "single" ? "double" : "single";
  const std::string message = refusal(options, {});
  EXPECT_NE(message.find("a model does not use this option"), std::string::npos) << message;
  EXPECT_NE(message.find("--head " + options.head), std::string::npos) << message;
  EXPECT_EQ(refusal(options, options), "");
}

}  // namespace
}  // namespace mixvae::models
