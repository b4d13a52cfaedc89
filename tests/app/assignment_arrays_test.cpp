#include "app/assignment_arrays.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::app {
namespace assignment_arrays_test {

using ::testing::AllOf;
using ::testing::HasSubstr;
using Words = std::vector<std::string>;

/// "latent state probs" as far as they are chosen.
std::string chosen(const Words& words, OutputFormat format, bool of_fcs = false) {
  const AssignmentArrays arrays = chosen_arrays(words, format, of_fcs);
  return std::string(arrays.latent ? "latent " : "") + (arrays.state ? "state " : "") +
         (arrays.probs ? "probs" : "");
}

std::string refusal(const Words& words, OutputFormat format, bool of_fcs = false) {
  try {
    chosen_arrays(words, format, of_fcs);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(AssignmentArrays, HaveAUsualChoiceForEachFormat) {
  EXPECT_EQ(chosen({"auto"}, OutputFormat::h5ad), "latent state probs");
  EXPECT_EQ(chosen({"auto"}, OutputFormat::npz), "latent state probs");
  EXPECT_EQ(chosen({"auto"}, OutputFormat::csv), "state probs");
  EXPECT_EQ(chosen({"auto"}, OutputFormat::folder), "state probs");
  EXPECT_EQ(chosen({"auto"}, OutputFormat::folder, true), "state ");
  EXPECT_EQ(chosen({"auto"}, OutputFormat::fcs, true), "state ");
  EXPECT_EQ(chosen({"auto"}, OutputFormat::npy), "latent ");
}

TEST(AssignmentArrays, AreThoseThatAreNamed) {
  EXPECT_EQ(chosen({"latent"}, OutputFormat::csv), "latent ");
  EXPECT_EQ(chosen({"probs", "latent"}, OutputFormat::npz), "latent probs");
  EXPECT_EQ(chosen({"all"}, OutputFormat::csv), "latent state probs");
  EXPECT_EQ(chosen({"none"}, OutputFormat::h5ad), "");
  EXPECT_EQ(chosen({"state"}, OutputFormat::npy), "state ");
  EXPECT_EQ(chosen({"none"}, OutputFormat::fcs, true), "");
}

TEST(AssignmentArrays, OtherWordsAreRefused) {
  for (const Words& words : {Words{"latents"}, Words{"none", "state"}, Words{"auto", "state"}}) {
    EXPECT_THAT(refusal(words, OutputFormat::csv),
                AllOf(HasSubstr("these are no arrays of results"),
                      HasSubstr("--arrays " + words[0]), HasSubstr("latent, state or probs")));
  }
}

TEST(AssignmentArrays, AFileOfOneArrayTakesOne) {
  for (const Words& words : {Words{"all"}, Words{"latent", "state"}, Words{"none"}}) {
    EXPECT_THAT(refusal(words, OutputFormat::npy),
                AllOf(HasSubstr("a .npy file holds one array"), HasSubstr(".npz")));
  }
}

TEST(AssignmentArrays, FcsFilesHoldStatesAlone) {
  for (const OutputFormat format : {OutputFormat::fcs, OutputFormat::folder}) {
    EXPECT_THAT(refusal({"latent"}, format, true),
                AllOf(HasSubstr("FCS files hold states alone"), HasSubstr(".h5ad, .npz or .csv")));
  }
  EXPECT_EQ(refusal({"latent"}, OutputFormat::folder), "accepted");
}

}  // namespace assignment_arrays_test
}  // namespace mixvae::app
