#include "fit/fit_options.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::fit {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

template <class Function>
std::string refusal(Function function) {
  try {
    function();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

FitOptions with_letter(Letter letter) {
  FitOptions options;
  apply_model_defaults(options, "moe-sim-vae");
  apply_letter(options, letter);
  return options;
}

TEST(ApplyLetter, ThePaperHasNeighboursOnAUmap) {
  const FitOptions options = with_letter(Letter::paper_exact);
  EXPECT_EQ(options.settings.model, "moe-sim-vae");
  EXPECT_EQ(options.neighbour_space.space, "umap");
  EXPECT_EQ(options.similarity.neighbours, 10);
  EXPECT_EQ(options.training.batch_size, 128);
  EXPECT_EQ(options.network.terms, "sum");
  EXPECT_EQ(options.network.similarity_parts, "positive");
}

TEST(ApplyLetter, TheReferenceHasKnownTypesAndItsOptimiser) {
  const FitOptions options = with_letter(Letter::reference);
  EXPECT_EQ(options.similarity.similarity, "none");
  EXPECT_EQ(options.training.adam_beta2, 0.99);
  EXPECT_EQ(options.network.known_term, "binary");
  EXPECT_EQ(options.network.terms, "mean");
}

TEST(ApplyLetter, NoneChangesNothing) {
  FitOptions untouched;
  apply_model_defaults(untouched, "moe-sim-vae");
  FitOptions options = with_letter(Letter::none);
  const Options left = fit::options(untouched);
  const Options right = fit::options(options);
  for (std::size_t i = 0; i < left.size(); ++i) {
    EXPECT_EQ(option_text(left[i]), option_text(right[i])) << left[i].name;
  }
}

TEST(ApplyLetter, IsForMoeSimVaeAlone) {
  FitOptions options;
  for (const Letter letter : {Letter::paper_exact, Letter::reference}) {
    EXPECT_THAT(refusal([&] { apply_letter(options, letter); }),
                AllOf(HasSubstr("are for MoE-Sim-VAE"), HasSubstr("--model cpl-mixvae"),
                      HasSubstr("--preset published")));
  }
}

TEST(ApplyPreset, KnowsItsNamesAlone) {
  FitOptions options;
  EXPECT_THAT(refusal([&] { apply_preset(options, "publisht"); }),
              AllOf(HasSubstr("there is no preset of this name"), HasSubstr("'publisht'"),
                    HasSubstr("default or published")));
}

}  // namespace
}  // namespace mixvae::fit
