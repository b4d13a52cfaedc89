#include "app/absolute_paths.hpp"

#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <gtest/gtest.h>

namespace mixvae::app {
namespace {

namespace fs = std::filesystem;

struct AbsolutePaths : ::testing::Test {
  fs::path before = fs::current_path();
  fs::path folder = fs::canonical(fs::path(::testing::TempDir())) /
                    ("mixvae absolute paths " + std::to_string(::getpid()));
  std::string input = "../x.csv";
  ReadOptions read;
  fit::FitOptions fit;

  AbsolutePaths() {
    fs::create_directories(folder);
    fs::current_path(folder);
    for (const char* name : {"genes.txt", "sheet.csv", "knn", "200"}) {
      std::ofstream(folder / name) << name;
    }
  }
  ~AbsolutePaths() override {
    fs::current_path(before);
    fs::remove_all(folder);
  }
  std::string at(const char* name) const { return (folder / name).string(); }
};

TEST_F(AbsolutePaths, EveryFileIsNamedInFull) {
  read.annotations = "sheet.csv:sample";
  fit.similarity.pairs = "pairs.csv";
  fit.weak_labels.reference_prior = "./prior.npy";
  fit.preprocessing.features = "genes.txt";
  fit.similarity.similarity = "genes.txt";
  make_paths_absolute(input, read, fit);
  EXPECT_EQ(input, (folder.parent_path() / "x.csv").string());
  EXPECT_EQ(read.annotations, at("sheet.csv") + ":sample");
  EXPECT_EQ(fit.similarity.pairs, at("pairs.csv"));
  EXPECT_EQ(fit.weak_labels.reference_prior, at("prior.npy"));
  EXPECT_EQ(fit.preprocessing.features, at("genes.txt"));
  EXPECT_EQ(fit.similarity.similarity, at("genes.txt"));
}

TEST_F(AbsolutePaths, WordsNumbersAndNamesStayAsTheyAre) {
  fit.similarity.similarity = "knn";  // also the name of a file here
  fit.preprocessing.features = "200";
  make_paths_absolute(input, read, fit);
  EXPECT_EQ(read.annotations, "");
  EXPECT_EQ(fit.similarity.similarity, "knn");
  EXPECT_EQ(fit.similarity.pairs, "");
  EXPECT_EQ(fit.weak_labels.reference_prior, "");
  EXPECT_EQ(fit.preprocessing.features, "200");
  fit.preprocessing.features = "CD3,CD4";
  make_paths_absolute(input, read, fit);
  EXPECT_EQ(fit.preprocessing.features, "CD3,CD4");
}

}  // namespace
}  // namespace mixvae::app
