#include "app/output_files.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::app {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct SeparateFiles : ::testing::Test {
  fs::path folder = fs::path(::testing::TempDir()) /
                    (std::string("mixvae separate ") +
                     ::testing::UnitTest::GetInstance()->current_test_info()->name());
  SeparateFiles() {
    fs::create_directories(folder / "data");
    for (const char* name : {"a.csv", "a.h5ad", "b.csv", "data/matrix.mtx", "data/x.fcs"}) {
      std::ofstream(folder / name) << name;
    }
  }
  ~SeparateFiles() override { fs::remove_all(folder); }

  std::string at(const std::string& name) const { return (folder / name).string(); }
  Dataset from(const std::string& name, const std::string& format) const {
    Dataset dataset;
    dataset.source.path = at(name);
    dataset.source.format = format;
    return dataset;
  }
  static std::string refusal(const std::vector<NamedFile>& inputs,
                             const std::vector<NamedFile>& outputs, bool force = true) {
    try {
      require_separate(inputs, outputs, force);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "accepted";
  }
  std::string refusal(const Dataset& dataset, const std::string& out, bool force = true) const {
    return refusal(data_files(dataset, {}), result_files(at(out), dataset), force);
  }
  static std::string refusal_of_existing(const std::vector<NamedFile>& outputs, bool force,
                                         const std::string& input = {}) {
    try {
      require_free(outputs, force, input);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "accepted";
  }
};

TEST_F(SeparateFiles, AnotherNameForTheSameFileIsFoundOut) {
  fs::create_symlink(folder / "a.csv", folder / "link.csv");
  fs::create_hard_link(folder / "a.csv", folder / "twin.csv");
  for (const char* name : {"a.csv", "data/../a.csv", "link.csv", "twin.csv"}) {
    EXPECT_TRUE(is_same_file(at("a.csv"), at(name))) << name;
  }
  EXPECT_TRUE(is_same_file(at("new.csv"), at("data/../new.csv")));
  EXPECT_FALSE(is_same_file(at("a.csv"), at("b.csv")));
  EXPECT_FALSE(is_same_file(at("new.csv"), at("newer.csv")));
}

TEST_F(SeparateFiles, ATableOfResultsDoesNotReplaceItsData) {
  EXPECT_THAT(refusal(from("a.csv", "csv"), "data/../a.csv"),
              AllOf(HasSubstr("--out and the input are the same file"), HasSubstr("a.csv"),
                    HasSubstr("another name for --out")));
  EXPECT_EQ(refusal(from("a.csv", "csv"), "c.csv"), "accepted");
}

TEST_F(SeparateFiles, WhatIsThereIsReplacedOnlyWhenAskedFor) {
  EXPECT_THAT(refusal_of_existing({{"--counts", ""}, {"--out", at("a.csv")}}, false),
              AllOf(HasSubstr("--out is there already"), HasSubstr(at("a.csv")),
                    HasSubstr("hint: --force replaces it")));
  EXPECT_EQ(refusal_of_existing({{"--out", at("a.csv")}}, true), "accepted");
  EXPECT_EQ(refusal_of_existing({{"--out", at("new.csv")}, {"--counts", ""}}, false), "accepted");
  EXPECT_EQ(refusal_of_existing({{"--out", at("data/../a.csv")}}, false, at("a.csv")), "accepted")
      << "that it is the input is told later";
}

TEST_F(SeparateFiles, AnAnnotatedFileReplacesItsInputOnlyWhenAskedFor) {
  EXPECT_THAT(refusal(from("a.h5ad", "h5ad"), "a.h5ad", false),
              AllOf(HasSubstr("--out and the input are the same file"),
                    HasSubstr("--force writes the input again")));
  EXPECT_THAT(refusal(from("a.csv", "csv"), "a.csv", false), Not(HasSubstr("--force")));
}

TEST_F(SeparateFiles, AnAnnotatedFileMayReplaceItsInput) {
  EXPECT_EQ(refusal(from("a.h5ad", "h5ad"), "a.h5ad"), "accepted");
  EXPECT_EQ(refusal(from("data/x.fcs", "fcs"), "data/x.fcs"), "accepted");
  EXPECT_THAT(refusal(from("a.h5ad", "10x-h5"), "a.h5ad"), HasSubstr("the same file"));
}

TEST_F(SeparateFiles, NothingInTheFolderOfAMatrixIsReplaced) {
  EXPECT_THAT(refusal(data_files(from("data", "mtx"), {}), {{"--counts", at("data/matrix.mtx")}}),
              HasSubstr("--counts and the input are the same file"));
  std::ofstream(folder / "data/barcodes.tsv") << "c1";
  std::ofstream(folder / "data/types.csv") << "of an earlier call";
  const Dataset from_file = from("data/matrix.mtx", "mtx");
  EXPECT_THAT(refusal(data_files(from_file, {}), {{"--out", at("data/barcodes.tsv")}}),
              HasSubstr("--out and the input are the same file"));
  EXPECT_EQ(refusal(data_files(from_file, {}), {{"--out", at("data/types.csv")}}), "accepted");
}

TEST_F(SeparateFiles, OutputsDoNotReplaceEachOther) {
  EXPECT_THAT(refusal({}, {{"--out", at("x.csv"), true}, {"--counts", at("data/../x.csv")}}),
              HasSubstr("--counts and --out are the same file"));
  EXPECT_EQ(refusal({}, {{"--out", ""}, {"--counts", ""}}), "accepted");
}

TEST_F(SeparateFiles, FilesOfAFolderAreInputsOneByOne) {
  Dataset dataset = from("data", "fcs");
  dataset.source.files = {{at("data/x.fcs"), 3}};
  EXPECT_THAT(refusal(data_files(dataset, {}), {{"--counts", at("data/x.fcs")}}),
              HasSubstr("a file of the input"));
  EXPECT_THAT(refusal(result_files(at("typed/"), dataset), {{"--counts", at("typed/x.fcs")}}),
              HasSubstr("a file of --out"));
  EXPECT_THROW(result_files(at("data/"), dataset), UsageError);
}

TEST_F(SeparateFiles, AnnotationsAndTheRunAreKept) {
  ReadOptions read;
  read.annotations = at("b.csv") + ":name";
  EXPECT_THAT(refusal(data_files(from("a.csv", "csv"), read), {{"--out", at("b.csv"), true}}),
              HasSubstr("--out and --annotations are the same file"));
  EXPECT_THAT(refusal(run_files(folder.string()), {{"--out", at("history.csv")}}),
              HasSubstr("a file of the run"));
}

}  // namespace
}  // namespace mixvae::app
