#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "data/prepare/preprocessing.hpp"

namespace mixvae {
namespace preprocessing_options_test {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string refusal(PreprocessingOptions given, PreprocessingOptions standard = {}) {
  try {
    require_effect(options(given), options(standard));
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(PreprocessingOptions, TheMessageNamesBothAndWhatToDo) {
  EXPECT_THAT(refusal({.normalise = "none", .cofactor = 7}),
              AllOf(HasSubstr("has no effect"), HasSubstr("--cofactor 7 with --normalise none"),
                    HasSubstr("leave out --cofactor")));
}

TEST(PreprocessingOptions, ACofactorNeedsArcsinh) {
  for (const std::string normalise : {"auto", "arcsinh"}) {
    EXPECT_EQ(refusal({.normalise = normalise, .cofactor = 7}), "");
  }
  for (const std::string normalise : {"library-log", "library", "log", "log2", "none"}) {
    EXPECT_THAT(refusal({.normalise = normalise, .cofactor = 7}),
                HasSubstr("--cofactor 7 with --normalise " + normalise));
  }
}

TEST(PreprocessingOptions, ALibrarySizeNeedsALibraryNormalisation) {
  for (const std::string normalise : {"auto", "library-log", "library"}) {
    EXPECT_EQ(refusal({.normalise = normalise, .library_size = 7}), "");
  }
  for (const std::string normalise : {"arcsinh", "log", "log2", "none"}) {
    EXPECT_THAT(refusal({.normalise = normalise, .library_size = 7}),
                HasSubstr("--library-size 7 with --normalise " + normalise));
  }
}

TEST(PreprocessingOptions, AWayToSelectNeedsASelection) {
  for (const std::string features : {"auto", "100"}) {
    EXPECT_EQ(refusal({.select = "peak", .features = features}), "");
  }
  for (const std::string features : {"all", "CD*,HLA-DR", "CD3,CD4"}) {
    EXPECT_THAT(refusal({.select = "peak", .features = features}),
                HasSubstr("--select peak with --features " + features));
  }
}

TEST(PreprocessingOptions, ValuesOfAPresetAreNotRefused) {
  EXPECT_EQ(refusal({.normalise = "log", .library_size = 1e6}, {.library_size = 1e6}), "");
}

}  // namespace preprocessing_options_test
}  // namespace mixvae
