#include "analysis/generation.hpp"

#include <filesystem>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/assignment.hpp"
#include "base/error.hpp"
#include "fit/fit.hpp"
#include "support/fit_settings.hpp"
#include "support/simulated_cells.hpp"

namespace mixvae::analysis {
namespace {

Dataset three_types() { return support::simulated_cells({400, 200, 3, 200, 80}); }

fit::FitOptions options_of_experts(const std::string& model) {
  fit::FitOptions options = support::quick_options(model);
  support::set(options, "latent", "5");
  support::set(options, "decoder", "experts");
  options.similarity.similarity = "knn";
  return options;
}

TEST(Generation, CellsOfATypeAreAssignedToIt) {
  const Dataset data = three_types();
  for (const std::string model : {"moe-sim-vae", "cpl-mixvae"}) {
    fit::FitResult result = fit::fit(data, options_of_experts(model), 3, {});
    const std::string file =
        testing::TempDir() + "mixvae_generation_" + std::to_string(::getpid()) + ".safetensors";
    fit::save_model(file, result.trained);
    fit::TrainedModel trained = fit::load_model(file);
    std::filesystem::remove(file);
    EXPECT_EQ(trained.model, model);
    const Dataset cells =
        generate(trained, {.types = {"T2", "T1"}, .number = 50, .spread = 1, .seed = 1}).cells;
    ASSERT_EQ(cells.cell_count(), 100);
    EXPECT_EQ(as_labels(*cells.cells.find("type")).label(0), "T2");
    const Assignment assignment = assign(trained, cells);
    Index equal = 0;
    for (std::size_t n = 0; n < 100; ++n) {
      equal += assignment.types[n] == (n < 50 ? 1 : 0) ? 1 : 0;
    }
    EXPECT_GE(equal, 95) << model;
  }
}

TEST(Generation, CellsSayWhatTheirValuesAre) {
  fit::FitOptions options = options_of_experts("cpl-mixvae");
  options.training.epochs = 1;
  const Dataset data = three_types();
  fit::FitResult result = fit::fit(data, options, 3, {});
  const Dataset cells = generate(result.trained, {.types = {"T1"}, .number = 3}).cells;
  EXPECT_THAT(as_labels(*cells.cells.find("mixvae_values")).label(2),
              testing::StartsWith("normalised: library-log "));
}

fit::FitResult vade_of(const Dataset& data, const std::string& types) {
  fit::FitOptions options = support::quick_options("vade");
  support::set(options, "wide-hidden", "30");
  support::set(options, "types", types);
  options.training.epochs = 300;
  return fit::fit(data, options, 3, {});
}

TEST(Generation, CellsOfVadesTypesAreAssignedToThem) {
  fit::FitResult vade = vade_of(three_types(), "3");
  const GeneratedCells found =
      generate(vade.trained, {.types = {"T2", "T1"}, .number = 40, .posterior = 0.9});
  const Assignment assignment = assign(vade.trained, found.cells);
  Index equal = 0;
  for (std::size_t n = 0; n < 80; ++n) {
    equal += assignment.types[n] == (n < 40 ? 1 : 0) ? 1 : 0;
  }
  EXPECT_GE(equal, 76);
}

TEST(Generation, RejectedDrawsAreTold) {
  fit::FitResult vade = vade_of(three_types(), "5");  // which overlap
  const GeneratedCells all = generate(vade.trained, {.number = 40});
  EXPECT_THAT(all.draws_per_cell, testing::AllOf(testing::SizeIs(5), testing::Each(1.0)));
  const GeneratedCells clear = generate(vade.trained, {.number = 40, .posterior = 0.8});
  EXPECT_EQ(clear.cells.cell_count(), 200);
  EXPECT_THAT(clear.draws_per_cell, testing::Each(testing::Ge(1.0)));
  EXPECT_THAT(clear.draws_per_cell, testing::Contains(testing::Gt(1.0)));
}

std::string refusal_of(fit::TrainedModel& trained, const GenerationOptions& options) {
  try {
    generate(trained, options);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Generation, RefusesAThresholdWhereNoDrawIsRejected) {
  fit::FitOptions options = options_of_experts("cpl-mixvae");
  options.training.epochs = 1;
  fit::FitResult result = fit::fit(three_types(), options, 3, {});
  EXPECT_TRUE(generate(result.trained, {.number = 3}).draws_per_cell.empty());
  EXPECT_THAT(refusal_of(result.trained, {.number = 3, .codes = models::DrawnCodes::published}),
              testing::AllOf(testing::HasSubstr("drawn as published for MoE-Sim-VAE alone"),
                             testing::HasSubstr("--codes published with a run of cpl-mixvae")));
  try {
    generate(result.trained, {.number = 3, .posterior = 0.5});
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), testing::AllOf(testing::HasSubstr("cannot be rejected"),
                                             testing::HasSubstr("--posterior 0.5"),
                                             testing::HasSubstr("a run of cpl-mixvae")));
  }
}

TEST(Generation, DrawsOfExpertsAreRejectedByTheirClusteringAndMayBeThePublishedOnes) {
  fit::FitResult result = fit::fit(three_types(), options_of_experts("moe-sim-vae"), 3, {});
  const GenerationOptions options{.number = 60, .codes = models::DrawnCodes::published};
  const GeneratedCells all = generate(result.trained, options);
  EXPECT_THAT(all.draws_per_cell, testing::Each(1.0));
  GenerationOptions clear = options;
  clear.posterior = 0.9;
  const GeneratedCells chosen = generate(result.trained, clear);
  EXPECT_THAT(chosen.draws_per_cell, testing::Each(testing::Ge(1.0)));
  const auto equal = [&](const GeneratedCells& generated) {
    const Assignment assignment = assign(result.trained, generated.cells);
    Index count = 0;
    for (std::size_t n = 0; n < assignment.types.size(); ++n) {
      count += assignment.types[n] == static_cast<std::int32_t>(n / 60) ? 1 : 0;
    }
    return count;
  };
  EXPECT_GE(equal(chosen), equal(all));
  EXPECT_GE(equal(chosen), 160) << "of 180 cells of three types";
}

TEST(Generation, RefusesMoreCellsThanTheMemoryHolds) {
  fit::TrainedModel trained;
  trained.preprocessing.features.assign(1000, "g");
  trained.type_order = {0, 1};
  // 2 x (4,000 + 80) bytes of data and 3 x 4,000 of copies: 20,160 for a cell of each type.
  GenerationOptions options{.types = {}, .number = 100};
  EXPECT_NO_THROW(require_room(trained, options, 2'016'000));
  EXPECT_NO_THROW(require_room(trained, options, 0)) << "not known";
  try {
    require_room(trained, options, 2'015'999);
    FAIL() << "accepted";
  } catch (const SystemError& error) {
    EXPECT_THAT(error.what(), testing::AllOf(testing::HasSubstr("not fit into memory"),
                                             testing::HasSubstr("--number 100 of 2 types"),
                                             testing::HasSubstr("at most --number 99"),
                                             testing::HasSubstr("2 MB available")));
  }
  options.number = 1'000'000'000;
  try {
    generate(trained, options);
    FAIL() << "accepted";
  } catch (const SystemError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("about 20160 GB"));
  }
}

TEST(Generation, RefusesATypeThatDoesNotExist) {
  fit::FitOptions options = options_of_experts("moe-sim-vae");
  options.training.epochs = 1;
  fit::FitResult result = fit::fit(three_types(), options, 3, {});
  try {
    generate(result.trained, {.types = {"T9"}});
    FAIL() << "there is no T9";
  } catch (const UsageError& error) {
    EXPECT_THAT(std::string(error.what()), testing::HasSubstr("no type of this name"));
  }
  try {
    generate(result.trained, {.types = {"T1", "T1"}});
    FAIL() << "the same cells twice";
  } catch (const UsageError& error) {
    EXPECT_THAT(std::string(error.what()), testing::HasSubstr("named twice"));
  }
}

}  // namespace
}  // namespace mixvae::analysis
