#include "data/summary.hpp"

#include <cmath>

#include "data/files.hpp"
#include "data/io/read.hpp"
#include "support/annotated_cells.hpp"

namespace mixvae {
namespace summary_test {

using namespace testing_files;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Summary, CountsWhatThereIs) {
  const DatasetSummary summary = summarise(support::annotated_cells());
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
  const DatasetSummary summary = summarise(support::annotated_cells());
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
}

TEST(Summary, SaysWhyValuesCannotBeJudged) {
  EXPECT_THAT(summarise(Dataset{}).values, HasSubstr("not known: "));
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

}  // namespace summary_test
}  // namespace mixvae
