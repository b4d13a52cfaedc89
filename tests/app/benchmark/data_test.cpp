#include "app/benchmark/data.hpp"

#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::app {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Dataset with_column(ColumnValues values, Index cells) {
  Dataset dataset;
  dataset.x = DenseMatrix(cells, 1);
  dataset.cells.names = numbered_names("C", cells);
  dataset.cells.set({"Valid", std::move(values)});
  return dataset;
}

TEST(FilteredRows, ComparesAsText) {
  const Dataset numbers = with_column(std::vector<std::int64_t>{1, 0, 1}, 3);
  EXPECT_THAT(filtered_rows(numbers, {"Valid == 1"}), ElementsAre(0, 2));
  EXPECT_THAT(filtered_rows(numbers, {"Valid != 1"}), ElementsAre(1));
  EXPECT_THAT(filtered_rows(numbers, {}), ElementsAre(0, 1, 2));
  const Dataset texts = with_column(std::vector<std::string>{"a b", "c", "a b"}, 3);
  EXPECT_THAT(filtered_rows(texts, {"Valid==a b"}), ElementsAre(0, 2));
  EXPECT_THAT(filtered_rows(texts, {"Valid != c", "Valid == a b"}), ElementsAre(0, 2));
}

TEST(FilteredRows, RefusesWhatItCannotUse) {
  const Dataset data = with_column(std::vector<std::int64_t>{1, 0}, 2);
  const auto refusal = [&data](const std::string& filter) -> std::string {
    try {
      filtered_rows(data, {filter});
    } catch (const InputError& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_THAT(refusal("Valid > 1"), AllOf(HasSubstr("a filter of the benchmark"),
                                          HasSubstr("found: Valid > 1"), HasSubstr("COLUMN ==")));
  EXPECT_THAT(refusal("Vald == 1"), AllOf(HasSubstr("Vald"), HasSubstr("Valid")));
  EXPECT_THAT(refusal("Valid == 7"),
              AllOf(HasSubstr("no cell is left after the filter"), HasSubstr("Valid == 7")));
}

TEST(MergedLabels, JoinsAndKeepsMissingOnes) {
  const Categorical labels{{"a", "b", "c"}, {0, 1, 2, -1, 0}, false};
  const Categorical merged = merged_labels(labels, {{"ab", {"a", "b"}}});
  EXPECT_EQ(merged.label(0), "ab");
  EXPECT_EQ(merged.label(1), "ab");
  EXPECT_EQ(merged.label(2), "c");
  EXPECT_EQ(merged.codes[3], -1);
  try {
    merged_labels(labels, {{"x", {"aa"}}});
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("a label to be merged does not occur"),
                                    HasSubstr("found: aa"), HasSubstr("nearest: a")));
  }
}

/// Counts of two blocks of genes, 12 cells, one of them marked to be left out.
void write_counts(const std::string& path) {
  std::ofstream file(path);
  file << "cell,keep,type,g1,g2,g3,g4\n";
  for (int cell = 0; cell < 12; ++cell) {
    const bool first = cell % 2 == 0;
    file << "cell" << cell << "," << (cell == 5 ? "no" : "yes") << "," << (first ? "A" : "B") << ","
         << (first ? "9,7,0,1" : "0,1,8,6") << "\n";
  }
}

struct PrepareBenchmarkInput : ::testing::Test {
  std::string folder =
      ::testing::TempDir() + "mixvae benchmark data " + std::to_string(::getpid()) + "/";
  BenchmarkData data;

  PrepareBenchmarkInput() {
    std::filesystem::create_directories(folder);
    write_counts(folder + "counts.csv");
    data.name = "d";
    data.path = folder + "counts.csv";
    data.labels = "type";
    data.filter = {"keep == yes"};
    data.options = {{"features", "all"}};
  }
  ~PrepareBenchmarkInput() override { std::filesystem::remove_all(folder); }
};

TEST_F(PrepareBenchmarkInput, WritesBothFormsOfTheChosenCells) {
  const BenchmarkInput input = prepare_benchmark_input({}, data, folder);
  EXPECT_EQ(input.types, 2);
  EXPECT_EQ(input.kept_cells.size(), 11U);
  const Dataset cells = read_dataset(input.cells);
  EXPECT_EQ(cells.cell_count(), 11);
  EXPECT_EQ(as_labels(require_column(cells.cells, "label", "")).label(1), "B");
  EXPECT_FLOAT_EQ(to_dense(cells.x)(0, 0), 9);
  const Dataset prepared = read_dataset(input.prepared);
  EXPECT_EQ(prepared.cells.columns.size(), 0U);
  EXPECT_EQ(prepared.feature_count(), 4);
  EXPECT_EQ(prepared.cells.names, cells.cells.names);
  EXPECT_GT(to_dense(prepared.x)(0, 0), to_dense(prepared.x)(0, 3));
}

TEST_F(PrepareBenchmarkInput, PlansThatShareAFolderLeaveEachOthersDataAlone) {
  const BenchmarkInput first = prepare_benchmark_input({}, data, folder);
  EXPECT_EQ(prepare_benchmark_input({}, data, folder).cells, first.cells);
  data.options["normalise"] = "log";
  const BenchmarkInput otherwise = prepare_benchmark_input({}, data, folder);
  EXPECT_EQ(otherwise.cells, first.cells) << "the same cells";
  EXPECT_NE(otherwise.prepared, first.prepared);
  data.merge = {{"C", {"B"}}};
  EXPECT_NE(prepare_benchmark_input({}, data, folder).cells, first.cells);
  data.filter = {};
  EXPECT_EQ(read_dataset(prepare_benchmark_input({}, data, folder).cells).cell_count(), 12);
  EXPECT_EQ(read_dataset(first.cells).cell_count(), 11);
  EXPECT_EQ(read_dataset(first.prepared).cell_count(), 11);
}

}  // namespace
}  // namespace mixvae::app
