#include "fit/fit_input.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/philox.hpp"
#include "models/cpl_mixvae_options.hpp"
#include "support/simulated_cells.hpp"

namespace mixvae::fit {
namespace {

/// Two hundred cells around the origin and four far away, in the plane.
Dataset crowd_and_few() {
  Dataset dataset;
  DenseMatrix x(204, 2);
  const Philox philox(3, Purpose::test);
  for (Index n = 0; n < x.rows; ++n) {
    const float shift = n < 200 ? 0.0F : 50.0F;
    x(n, 0) = shift + philox.normal(static_cast<std::uint64_t>(2 * n));
    x(n, 1) = shift + philox.normal(static_cast<std::uint64_t>(2 * n + 1));
  }
  dataset.cells.names = numbered_names("C", x.rows);
  dataset.features.names = numbered_names("F", x.columns);
  dataset.x = std::move(x);
  return dataset;
}

/// prepare_fit with the recipe of the options' own model.
std::unique_ptr<FitInput> prepared(Dataset data, const FitOptions& options) {
  return prepare_fit(std::move(data), options, options.spec().recipe(options.model, 100), 1);
}

models::CplMixVaeOptions& model_of(FitOptions& options) {
  return options.model.as<models::CplMixVaeOptions>();
}

FitOptions plain_options() {
  FitOptions options;
  options.settings.types = 2;
  options.settings.neighbours = 10;
  options.settings.space = Space::features;
  model_of(options).start.start = models::StartKind::kmeans;
  options.preprocessing.normalise = "none";
  options.preprocessing.scale = "none";
  options.preprocessing.trust_values = true;
  return options;
}

/// Whether any of many copies of a far cell lies in the crowd.
bool copies_leave_the_few(const FitInput& input) {
  const std::vector<Index> cells(40, 202);
  std::vector<float> copies(2 * cells.size());
  for (std::uint64_t step = 0; step < 40; ++step) {
    input.copies->fill(0, step, cells, copies);
    if (copies.front() < 25.0F) {
      return true;
    }
  }
  return false;
}

TEST(PrepareFit, CopiesOfRareCellsStayAmongMutualNeighbours) {
  EXPECT_FALSE(copies_leave_the_few(*prepared(crowd_and_few(), plain_options())));
}

TEST(PrepareFit, WhilePruningCopiesComeFromAllNeighbours) {
  FitOptions options = plain_options();
  model_of(options).pruning.prune = models::Prune::yes;
  EXPECT_TRUE(copies_leave_the_few(*prepared(crowd_and_few(), options)));
}

TEST(PrepareFit, PruningTakesNoMoreTypesThanTheStartFinds) {
  const Dataset data = support::simulated_cells({400, 300, 3, 200, 80});
  FitOptions options;
  options.settings.types = 30;
  options.settings.components = 10;
  const auto all = prepared(data, options);
  EXPECT_EQ(all->types, 30);
  EXPECT_EQ(all->most_types, 0);
  model_of(options).pruning.prune = models::Prune::yes;
  const auto fewer = prepared(data, options);
  EXPECT_LT(fewer->types, 30);
  EXPECT_GE(fewer->types, 3);
  EXPECT_EQ(fewer->most_types, 30);
}

TEST(PrepareFit, TheStartDoesNotDependOnTheNumberOfCopies) {
  const Dataset data = support::simulated_cells({300, 200, 4, 120, 40});
  FitOptions options;
  options.settings.types = 12;
  options.settings.components = 10;
  options.settings.neighbours = 5;
  const auto few = prepared(data, options);
  options.settings.neighbours = 60;
  EXPECT_EQ(prepared(data, options)->start.types, few->start.types);
}

TEST(PrepareFit, TypesLearnedOneByOneSayNothingOfPairs) {
  Dataset data = crowd_and_few();
  std::vector<std::string> known(204);
  known.front() = "crowd";
  known.back() = "few";
  data.cells.set({"known", known});
  FitOptions options = plain_options();
  options.weak_labels.known_types = "known";
  options.similarity.similarity = "none";
  EXPECT_NE(prepared(data, options)->similarity, nullptr);
  model_of(options).known.known_term = models::KnownTerm::binary;
  EXPECT_EQ(prepared(data, options)->similarity, nullptr);
}

TEST(PrepareFit, KnownTypesAndAReferencePriorAreNotTakenTogether) {
  Dataset data = crowd_and_few();
  std::vector<std::string> known(204);
  known.front() = "crowd";
  data.cells.set({"known", known});
  const std::string file = testing::TempDir() + "mixvae_prior_of_fit_input.csv";
  std::ofstream prior(file);
  prior << "A,B\n";
  for (Index n = 0; n < 204; ++n) {
    prior << "1,0\n";
  }
  prior.close();
  FitOptions options = plain_options();
  options.weak_labels.reference_prior = file;
  EXPECT_NO_THROW(prepared(data, options));
  options.weak_labels.known_types = "known";
  try {
    prepared(data, options);
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), testing::AllOf(testing::HasSubstr("cannot be used together"),
                                             testing::HasSubstr("--reference-prior with")));
  }
  std::filesystem::remove(file);
}

TEST(PrepareFit, OnlyCopiesOfCellsKeepThePreparedValues) {
  for (const Space space : {Space::features, Space::pca}) {
    for (const char* augment : {"none", "neighbours", "noise"}) {
      FitOptions options = plain_options();
      options.settings.space = space;
      options.settings.components = 2;
      options.copies.augment = augment;
      const auto input = prepared(crowd_and_few(), options);
      EXPECT_EQ(input->space.cell_count(), 204);
      EXPECT_EQ(input->prepared.cell_count(), options.copies.augment == "noise" ? 204 : 0);
    }
  }
}

TEST(PrepareFit, NothingIsComputedThatNoPhaseNeeds) {
  FitOptions options = plain_options();
  options.copies.augment = "none";
  EXPECT_EQ(prepared(crowd_and_few(), options)->start.types.size(), 2U);
  EXPECT_GT(prepared(crowd_and_few(), options)->scores.columns, 0);  // for starts
  model_of(options).start.start = models::StartKind::none;
  model_of(options).state_phase.state_epochs = 0;
  const auto input = prepared(crowd_and_few(), options);
  EXPECT_EQ(input->scores.columns, 0);
  EXPECT_TRUE(input->start.empty());
  EXPECT_EQ(input->copies, nullptr);
  EXPECT_EQ(input->similarity, nullptr);
  model_of(options).state_phase.state_epochs = 0.5;  // starting states are components' residuals
  EXPECT_GT(prepared(crowd_and_few(), options)->scores.columns, 0);
}

TEST(PrepareFit, ValuesThatDoNotSuitTheLikelihoodAreRefused) {
  FitOptions options = plain_options();
  model_of(options).likelihood.likelihood = models::LikelihoodKind::bernoulli;
  const auto refusal = [&options] {
    try {
      prepared(crowd_and_few(), options);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_THAT(refusal(), testing::AllOf(testing::HasSubstr("the prepared values do not suit"),
                                        testing::HasSubstr("values from 0 to 1"),
                                        testing::HasSubstr("--scale unit")));
  const FitOptions asked = options;
  options = fit_options("moe-sim-vae", "paper-exact");
  options.neighbour_space.space = "features";  // a UMAP takes long
  options.settings.types = 2;
  EXPECT_EQ(refusal(), "accepted");
  options.preprocessing.scale = "none";
  EXPECT_THAT(refusal(), testing::HasSubstr("--scale unit brings each feature to [0, 1]"));
  options = asked;
  options.preprocessing.scale = "unit";
  EXPECT_EQ(refusal(), "accepted");
  options.settings.space = Space::pca;
  EXPECT_THAT(refusal(), testing::AllOf(testing::HasSubstr("principal components"),
                                        testing::HasSubstr("--space features")));
}

}  // namespace
}  // namespace mixvae::fit
