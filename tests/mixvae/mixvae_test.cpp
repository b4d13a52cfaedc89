#include "mixvae/mixvae.hpp"

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mixvae {
namespace {

using ::testing::Each;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr Index kCells = 150;

/// Counts of three kinds of cells that nobody could mix up: each has ten genes of its own.
Dataset some_cells() {
  Dataset dataset;
  DenseMatrix counts(kCells, 30);
  std::vector<std::string> kinds;
  std::minstd_rand noise(1);
  for (Index cell = 0; cell < kCells; ++cell) {
    for (Index gene = 0; gene < counts.columns; ++gene) {
      const bool own = gene % 3 == cell % 3;
      counts(cell, gene) = static_cast<float>(own ? 20 + noise() % 6 : noise() % 3);
    }
    kinds.push_back("kind " + std::to_string(cell % 3));
  }
  dataset.x = counts;
  dataset.cells.names = numbered_names("C", kCells);
  dataset.cells.set({"true_type", Categorical::from_labels(kinds)});
  dataset.features.names = numbered_names("G", counts.columns);
  dataset.source.path = "made up";
  return dataset;
}

FitRequest quick_request() {
  return {.options = {{"types", "3"},
                      {"components", "8"},
                      {"hidden", "20"},
                      {"latent", "5"},
                      {"epochs", "100"},
                      {"batch-size", "50"}},
          .seed = 4};
}

std::string refusal(const FitRequest& request) {
  try {
    Model::fit(some_cells(), request);
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was refused";
}

/// A folder of its own, removed at the end.
struct Folder {
  Folder() : path(std::filesystem::temp_directory_path() / "mixvae_library_test") {
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

TEST(Library, FitsAssignsEvaluatesAndKeepsAModel) {
  const Dataset cells = some_cells();
  std::vector<std::string> news;
  FitRequest request = quick_request();
  request.say = [&news](const std::string& line) { news.push_back(line); };
  const Model model = Model::fit(cells, request);
  EXPECT_FALSE(news.empty());
  EXPECT_THAT(model.type_names(), SizeIs(3));

  const Assignment found = model.assign(cells);
  EXPECT_EQ(found.type_names, model.type_names());
  EXPECT_THAT(found.types, SizeIs(kCells));
  EXPECT_THAT(found.types, Each(Ge(0)));
  EXPECT_THAT(found.confidence, SizeIs(kCells));
  EXPECT_THAT(found.novelty, SizeIs(kCells));
  EXPECT_THAT(found.consensus, SizeIs(kCells));
  EXPECT_EQ(found.states.rows, kCells);
  EXPECT_EQ(found.latent.columns, 5);
  for (Index cell = 0; cell < kCells; ++cell) {
    const auto row = found.type_probabilities.row(cell);
    EXPECT_NEAR(std::accumulate(row.begin(), row.end(), 0.0), 1, 1e-4);
    EXPECT_EQ(std::ranges::max_element(row) - row.begin(),
              found.types[static_cast<std::size_t>(cell)]);
  }

  const Scores scores = model.evaluate(cells, "true_type");
  EXPECT_EQ(scores.accuracy, 1);
  EXPECT_NEAR(scores.ari, 1, 1e-9);
  EXPECT_NEAR(scores.nmi, 1, 1e-9);
  EXPECT_EQ(scores.f1, 1);
  EXPECT_EQ(scores.cells, kCells);

  const Folder folder;
  model.save(folder.path / "model.safetensors");
  for (const std::filesystem::path& path : {folder.path / "model.safetensors", folder.path}) {
    const Model again = Model::load(path);
    EXPECT_EQ(again.assign(cells).types, found.types);
    EXPECT_EQ(again.assign(cells).type_probabilities.values, found.type_probabilities.values);
  }
}

TEST(Library, RefusesWhatTheCommandLineRefuses) {
  FitRequest request = quick_request();
  request.options["tpyes"] = "3";
  EXPECT_THAT(refusal(request), HasSubstr("types"));
  request = quick_request();
  request.options["types"] = "many";
  EXPECT_THAT(refusal(request), HasSubstr("'many'"));
  request = quick_request();
  request.options["model"] = "no-model";
  EXPECT_THAT(refusal(request), HasSubstr("no-model"));
  request = quick_request();
  request.options["routing"] = "soft";
  EXPECT_THAT(refusal(request), HasSubstr("--routing soft with --decoder shared"));
  request = quick_request();
  request.device = "gpu";
  EXPECT_THAT(refusal(request), HasSubstr("found: gpu\n  expected: cpu, cuda or auto"));
  EXPECT_THROW(Model::load("no such file"), Error);
}

TEST(Library, RefusesLabelsThatAreNotThere) {
  const Model model = Model::fit(some_cells(), quick_request());
  try {
    static_cast<void>(model.evaluate(some_cells(), "cell_type"));
    FAIL() << "an annotation that is not there";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("cell_type"));
    EXPECT_THAT(error.what(), HasSubstr("true_type"));
  }
}

}  // namespace
}  // namespace mixvae
