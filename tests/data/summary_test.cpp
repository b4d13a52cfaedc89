#include "data/summary.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

#include "data/files.hpp"
#include "data/read.hpp"

namespace mixvae {
namespace {

using namespace testing_files;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Dataset example() {
  Dataset dataset;
  dataset.x = CsrMatrix{4, 3, {0, 2, 2, 3, 4}, {0, 1, 0, 1}, {1, 3, 2, 5}};
  dataset.cells.names = {"a", "b", "b", "c"};
  dataset.features.names = {"g", "h", "i"};
  dataset.cells.set({"type", Categorical{{"B", "T", "unused"}, {1, 1, 0, -1}}});
  dataset.cells.set({"age", std::vector<double>{0.5, std::nan(""), 0.5, 2}});
  dataset.cells.set({"batch", std::vector<std::int64_t>{1, 1, 2, 2}});
  dataset.arrays["X_umap"] = DenseMatrix(4, 2);
  dataset.texts["tree"] = "(a,b);";
  dataset.source.path = "x.h5ad";
  dataset.source.format = "h5ad";
  dataset.source.layers = {"X", "raw"};
  dataset.source.notes = {"Something was skipped."};
  return dataset;
}

TEST(Summary, CountsWhatThereIs) {
  const DatasetSummary summary = summarise(example());
  EXPECT_EQ(summary.cells, 4);
  EXPECT_TRUE(summary.sparse);
  EXPECT_DOUBLE_EQ(summary.nonzero_share, 4.0 / 12);
  EXPECT_EQ(summary.minimum, 0);
  EXPECT_EQ(summary.maximum, 5);
  EXPECT_EQ(summary.cell_sums.minimum, 0);
  EXPECT_EQ(summary.cell_sums.maximum, 5);
  EXPECT_DOUBLE_EQ(summary.cell_sums.mean, 11.0 / 4);
  EXPECT_DOUBLE_EQ(summary.cell_sums.median, 3);
  EXPECT_EQ(summary.empty_cells, 1);
  EXPECT_EQ(summary.empty_features, 1);
  EXPECT_EQ(summary.repeated_cell_names, 1);
  EXPECT_EQ(summary.repeated_feature_names, 0);
  EXPECT_EQ(summary.values, "counts");
  EXPECT_THAT(summary.arrays, ElementsAre("X_umap [4, 2]"));
}

TEST(Summary, DescribesAnnotations) {
  const DatasetSummary summary = summarise(example());
  ASSERT_EQ(summary.cell_annotations.size(), 3U);
  const AnnotationSummary& type = summary.cell_annotations[0];
  EXPECT_EQ(type.kind, "labels");
  EXPECT_EQ(type.distinct, 2);
  EXPECT_EQ(type.missing, 1);
  EXPECT_THAT(type.examples, ElementsAre("T", "B"));
  EXPECT_EQ(summary.cell_annotations[1].missing, 1);
  EXPECT_THAT(summary.cell_annotations[1].examples, ElementsAre("0.5", "2"));
  EXPECT_EQ(summary.cell_annotations[2].kind, "integer");
}

TEST(Summary, LeavesValuesThatAreNotFiniteOutOfTheSums) {
  Dataset dataset;
  dataset.x = DenseMatrix(2, 2);
  std::get<DenseMatrix>(dataset.x).values = {NAN, -1, INFINITY, -3};
  const DatasetSummary summary = summarise(dataset);
  EXPECT_EQ(summary.not_finite, 2);
  EXPECT_EQ(summary.minimum, -3);
  EXPECT_EQ(summary.maximum, -1);
  EXPECT_EQ(summary.cell_sums.minimum, -3);
  EXPECT_THAT(summary_text(summary), HasSubstr("2 values that are NaN or infinite"));
}

TEST(Summary, SaysWhyValuesCannotBeJudged) {
  EXPECT_THAT(summarise(Dataset{}).values, HasSubstr("not known: "));
}

TEST(Summary, IsWrittenForPeople) {
  const std::string text = summary_text(summarise(example()));
  EXPECT_THAT(text, HasSubstr("x.h5ad (h5ad)"));
  EXPECT_THAT(text, HasSubstr("4 cells x 3 features"));
  EXPECT_THAT(text, HasSubstr("33.3 % (sparse in memory)"));
  EXPECT_THAT(text, HasSubstr("X (of X, raw)"));
  EXPECT_THAT(text, HasSubstr("labels, 2 distinct, 1 missing: T, B\n"));
  EXPECT_THAT(text, HasSubstr("1 cells with zeros only, 1 features with zeros only, 1 repeated"));
  EXPECT_THAT(text, HasSubstr("Something was skipped."));
}

TEST(Summary, IsWrittenForMachines) {
  const auto json = nlohmann::json::parse(summary_json(summarise(example())));
  EXPECT_EQ(json["cells"], 4);
  EXPECT_EQ(json["cell_sums"]["maximum"], 5.0);
  EXPECT_EQ(json["cell_annotations"][0]["name"], "type");
  EXPECT_EQ(json["layers"], (std::vector<std::string>{"X", "raw"}));
  EXPECT_EQ(json["values"], "counts");
}

TEST(SummaryRealData, TellsAboutPbmc3k) {
  MIXVAE_NEEDS(shared_file("pbmc3k"));
  const DatasetSummary summary = summarise(
      read_dataset(shared_file("pbmc3k"), {.annotations = shared_file("pbmc3k/labels.csv")}));
  EXPECT_NEAR(summary.nonzero_share, 2238732.0 / (2638.0 * 13714), 1e-12);
  EXPECT_EQ(summary.values, "counts");
  EXPECT_EQ(summary.cell_annotations[0].examples[0], "Naive CD4 T");
  EXPECT_EQ(summary.empty_cells, 0);
}

}  // namespace
}  // namespace mixvae
