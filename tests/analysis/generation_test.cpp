#include "analysis/generation.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/assignment.hpp"
#include "analysis/fit.hpp"
#include "base/error.hpp"
#include "data/simulate_cells.hpp"

namespace mixvae::analysis {
namespace {

Dataset three_types() {
  SimulateCellsOptions simulate;
  simulate.cells = 400;
  simulate.genes = 200;
  simulate.types = 3;
  simulate.largest_type = 200;
  simulate.smallest_type = 80;
  return simulate_cells(simulate, 1);
}

FitOptions quick_options(const std::string& model) {
  FitOptions options;
  apply_model_defaults(options, model);
  options.settings.types = 3;
  options.settings.components = 10;
  options.network.hidden = 20;
  options.network.latent = 5;
  options.network.decoder = "experts";
  options.similarity.similarity = "knn";
  options.training.epochs = 60;
  options.training.batch_size = 90;
  return options;
}

TEST(Generation, CellsOfATypeAreAssignedToIt) {
  const Dataset data = three_types();
  for (const std::string model : {"moe-sim-vae", "cpl-mixvae"}) {
    FitResult result = fit(data, quick_options(model), 3, {});
    const std::string file = testing::TempDir() + "mixvae_generation.safetensors";
    save_model(file, result.trained);
    TrainedModel trained = load_model(file);
    std::filesystem::remove(file);
    EXPECT_EQ(trained.model, model);
    Dataset cells =
        generate(trained, {.types = {"T2", "T1"}, .number = 50, .spread = 1, .seed = 1});
    ASSERT_EQ(cells.cell_count(), 100);
    EXPECT_EQ(as_labels(*cells.cells.find("type")).label(0), "T2");
    // Generated values are normalised already.
    trained.preprocessing.normalise = "none";
    const Assignment assignment = assign(trained, cells, 0.8, true);
    Index equal = 0;
    for (std::size_t n = 0; n < 100; ++n) {
      equal += assignment.types[n] == (n < 50 ? 1 : 0) ? 1 : 0;
    }
    EXPECT_GE(equal, 95) << model;
  }
}

TEST(Generation, RefusesATypeThatDoesNotExist) {
  FitOptions options = quick_options("moe-sim-vae");
  options.training.epochs = 1;
  FitResult result = fit(three_types(), options, 3, {});
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
