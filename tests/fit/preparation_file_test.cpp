#include "fit/preparation_file.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fit/fit_input.hpp"
#include "support/fit_settings.hpp"
#include "support/simulated_cells.hpp"

namespace mixvae::fit {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Preparation : ::testing::Test {
  std::string path = ::testing::TempDir() + "mixvae preparation of " +
                     ::testing::UnitTest::GetInstance()->current_test_info()->name();
  std::string said;
  FitOptions options;
  std::uint64_t seed = 1;
  Dataset data = support::simulated_cells({240, 150, 4, 100, 30});

  Preparation() {
    fs::remove(path);
    options.settings.types = 6;
    options.settings.components = 8;
  }
  ~Preparation() override { fs::remove(path); }

  std::unique_ptr<FitInput> prepare(const std::string& file) {
    said.clear();
    const models::Recipe recipe = options.spec().recipe(options.model, 100);
    Stages stages(planned_stages(options, recipe));
    return prepare_fit(data, options, recipe, seed,
                       {.stages = &stages, .file = file, .say = [this](const std::string& news) {
                          said += news + "\n";
                        }});
  }

  void expect_same(const FitInput& a, const FitInput& b) const {
    EXPECT_EQ(a.types, b.types);
    EXPECT_EQ(a.most_types, b.most_types);
    EXPECT_EQ(a.scores.values, b.scores.values);
    EXPECT_EQ(std::get<DenseMatrix>(a.space.x).values, std::get<DenseMatrix>(b.space.x).values);
    EXPECT_EQ(a.projection.components().values, b.projection.components().values);
    EXPECT_EQ(a.projection.mean(), b.projection.mean());
    EXPECT_EQ(a.projection.scale(), b.projection.scale());
    EXPECT_EQ(a.start.types, b.start.types);
    EXPECT_EQ(a.start.weights, b.start.weights);
    EXPECT_EQ(copies_of(a), copies_of(b)) << "which come from neighbours";
  }

  static std::vector<float> copies_of(const FitInput& input) {
    const std::vector<Index> rows{0, 5, 17, 100, 239};
    std::vector<float> copies(rows.size() * at(input.scores.columns));
    input.copies->fill(0, 3, rows, copies);
    return copies;
  }

  /// Leaves what an earlier stage had finished.
  void forget(const std::vector<std::string>& names) const {
    training::TensorFile file = training::read_safetensors(path);
    for (const std::string& name : names) {
      file.tensors.erase(name);
    }
    training::write_safetensors(path, file);
  }
};

TEST_F(Preparation, GivesTheSameBitsAfterEachStage) {
  const auto whole = prepare("");
  EXPECT_FALSE(fs::exists(path));
  expect_same(*prepare(path), *whole);
  EXPECT_THAT(said, IsEmpty());
  for (const std::vector<std::string>& lost :
       {std::vector<std::string>{},
        {"starting types", "starting weights"},
        {"starting types", "starting weights", "neighbours", "distances"}}) {
    forget(lost);
    expect_same(*prepare(path), *whole);
    EXPECT_THAT(said, HasSubstr("using what was computed before the interruption"));
  }
}

TEST_F(Preparation, IsUsed) {
  prepare(path);
  training::TensorFile file = training::read_safetensors(path);
  file.tensors["starting types"].fill_(2);
  training::write_safetensors(path, file);
  EXPECT_EQ(prepare(path)->start.types[0][0], 2);
}

TEST_F(Preparation, KeepsWhereTypesArePrunedTheirNumber) {
  options.settings.types.reset();
  support::set(options, "prune", "yes");
  const auto whole = prepare("");
  EXPECT_GT(whole->most_types, whole->types);
  prepare(path);
  expect_same(*prepare(path), *whole);
}

TEST_F(Preparation, KeepsWhereTypesAreCountedTheirNumber) {
  options.settings.types.reset();
  const auto whole = prepare("");
  EXPECT_GT(whole->counted.types, 0);
  EXPECT_EQ(whole->types, whole->counted.types);
  prepare(path);
  const auto again = prepare(path);
  expect_same(*again, *whole);
  EXPECT_EQ(again->counted.most, whole->counted.most);
}

TEST_F(Preparation, KeepsAUmap) {
  options.neighbour_space.space = "umap";
  const auto whole = prepare("");
  prepare(path);
  EXPECT_TRUE(training::read_safetensors(path).tensors.contains("coordinates"));
  expect_same(*prepare(path), *whole);
}

TEST_F(Preparation, OfOtherSettingsSeedOrDataIsMadeAnew) {
  prepare(path);
  options.settings.types = 5;
  expect_same(*prepare(path), *prepare(""));
  prepare(path);
  options.settings.types = 6;
  prepare(path);
  EXPECT_THAT(said,
              AllOf(HasSubstr("is not used but computed anew"), HasSubstr("types is another")));
  seed = 2;
  prepare(path);
  EXPECT_THAT(said, HasSubstr("seed is another"));
  std::get<CsrMatrix>(data.x).values[0] += 1;
  prepare(path);
  EXPECT_THAT(said, HasSubstr("data is another"));
  prepare(path);
  EXPECT_THAT(said, HasSubstr("before the interruption"));
}

TEST_F(Preparation, ThatIsDamagedOrOfAnotherVersionIsMadeAnew) {
  const auto whole = prepare("");
  prepare(path);
  fs::resize_file(path, fs::file_size(path) - 5);
  expect_same(*prepare(path), *whole);
  EXPECT_THAT(said, AllOf(HasSubstr("is not used but computed anew"), HasSubstr("damaged")));
  training::TensorFile file = training::read_safetensors(path);
  file.metadata["version"] = "0";
  training::write_safetensors(path, file);
  expect_same(*prepare(path), *whole);
  EXPECT_THAT(said, HasSubstr("version is another"));
}

}  // namespace
}  // namespace mixvae::fit
