#include "base/library_settings.hpp"

#include <cstdlib>

#include <gtest/gtest.h>

namespace mixvae::library_settings_test {
namespace {

using Settings = std::map<std::string, std::string>;

class LibrarySettings : public ::testing::Test {
 protected:
  LibrarySettings() { clear(); }
  ~LibrarySettings() override { clear(); }

  static void clear() {
    for (const char* name : {"OPENBLAS_CORETYPE", "GOMP_SPINCOUNT", "OMP_WAIT_POLICY"}) {
      unsetenv(name);
    }
  }
};

TEST_F(LibrarySettings, WideKernelsOnlyWhereTheProcessorHasThemAndOpenBlasMissedThem) {
  EXPECT_EQ(library_settings("Haswell", true).count("OPENBLAS_CORETYPE"), 1U);
  EXPECT_EQ(library_settings("Zen", true).count("OPENBLAS_CORETYPE"), 1U);
  EXPECT_EQ(library_settings("Prescott", true).at("OPENBLAS_CORETYPE"), "SkylakeX");
  EXPECT_EQ(library_settings("Zen", false).count("OPENBLAS_CORETYPE"), 0U);
  EXPECT_EQ(library_settings("SkylakeX", true).count("OPENBLAS_CORETYPE"), 0U);
  EXPECT_EQ(library_settings("SapphireRapids", true).count("OPENBLAS_CORETYPE"), 0U);
  EXPECT_EQ(library_settings("", true).count("OPENBLAS_CORETYPE"), 0U);
}

TEST_F(LibrarySettings, TheUsersOwnStay) {
  setenv("OPENBLAS_CORETYPE", "Zen", 1);
  setenv("OMP_WAIT_POLICY", "active", 1);
  EXPECT_EQ(library_settings("Zen", true), Settings{});
}

TEST_F(LibrarySettings, ForAProgramThatIsStartedNextStandInTheEnvironment) {
  setenv("OPENBLAS_CORETYPE", "Zen", 1);
  set_library_settings();
  EXPECT_STREQ(std::getenv("OPENBLAS_CORETYPE"), "Zen");
  EXPECT_STREQ(std::getenv("GOMP_SPINCOUNT"), "1000");
}

// Otherwise the program would start itself again for ever.
TEST_F(LibrarySettings, AreComplete) {
  for (const auto& [name, value] : library_settings("Zen", true)) {
    setenv(name.c_str(), value.c_str(), 1);
  }
  EXPECT_EQ(library_settings("Zen", true), Settings{});
}

}  // namespace
}  // namespace mixvae::library_settings_test
