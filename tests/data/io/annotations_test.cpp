#include "data/io/annotations.hpp"

#include <algorithm>
#include <cmath>

#include "data/files.hpp"
#include "data/io/read.hpp"

namespace mixvae {
namespace annotations_test {

using namespace testing_files;
using ::testing::Contains;
using ::testing::HasSubstr;

const std::string kCells = "cell,g1,g2\na,1,2\nb,3,4\nc,5,6\n";

class Annotations : public ::testing::Test {
 protected:
  Dataset joined(const std::string& table, const std::string& key = "") const {
    const std::string annotations = folder_.write("labels.csv", table) + key;
    return read_dataset(data_, {.annotations = annotations});
  }

  std::string label(const Dataset& dataset, const std::string& column, Index cell) const {
    return std::string(as_labels(require_column(dataset.cells, column, "")).label(cell));
  }

  TemporaryFolder folder_;
  std::string data_ = folder_.write("data.csv", kCells);
};

TEST_F(Annotations, AreJoinedByTheNamesInTheFirstColumn) {
  const Dataset dataset = joined("id,type,score\nc,T,0.5\na,B,1\nx,NK,2\nb,T,3\n");
  EXPECT_EQ(label(dataset, "type", 0), "B");
  EXPECT_EQ(label(dataset, "type", 2), "T");
  EXPECT_EQ(as_numbers(require_column(dataset.cells, "score", "")).value()[2], 0.5);
  EXPECT_EQ(dataset.cells.find("id"), nullptr);
  EXPECT_THAT(dataset.source.notes, Contains(HasSubstr("joined by name")));
}

TEST_F(Annotations, AreJoinedByANamedColumn) {
  const Dataset dataset = joined("type,name\nT,c\nB,a\nT,b\n", ":name");
  EXPECT_EQ(label(dataset, "type", 0), "B");
  EXPECT_EQ(dataset.cells.find("name"), nullptr);
}

TEST_F(Annotations, AreJoinedByRowWhenNamesDoNotMatch) {
  const Dataset dataset = joined("type\nT\nB\nT\n");
  EXPECT_EQ(label(dataset, "type", 1), "B");
  EXPECT_THAT(dataset.source.notes, Contains(HasSubstr("joined by row")));
}

TEST_F(Annotations, AreReadWithoutAHeader) {
  const Dataset dataset = joined("\"T\"\n\"B\"\n\"T\"\n");
  EXPECT_EQ(label(dataset, "column 1", 0), "T");
  EXPECT_EQ(label(dataset, "column 1", 1), "B");
  EXPECT_THAT(dataset.source.notes, Contains(HasSubstr("has no header")));
}

TEST_F(Annotations, ReadRTablesByTheirRowNames) {
  const Dataset dataset = joined("\"type\",\"n\"\n\"b\",\"T\",1\n\"a\",\"B\",2\n\"c\",\"T\",3\n");
  EXPECT_EQ(label(dataset, "type", 0), "B");
  EXPECT_EQ(dataset.cells.columns.size(), 2U);
}

TEST_F(Annotations, LeaveCellsWithoutARowMissing) {
  const Dataset dataset = joined("id,type,n\na,T,1\nb,T,2\n");
  EXPECT_EQ(label(dataset, "type", 2), "");
  EXPECT_TRUE(std::isnan(as_numbers(require_column(dataset.cells, "n", "")).value()[2]));
  EXPECT_THAT(dataset.source.notes, Contains(HasSubstr("1 of 3 cells have none")));
}

TEST_F(Annotations, ReplaceAColumnOfTheSameNameAndSaySo) {
  folder_.write("data.csv", "cell,type,g1,g2\na,x,1,2\nb,x,3,4\nc,y,5,6\n");
  const Dataset dataset = joined("cell,type\na,T\nb,T\nc,B\n");
  EXPECT_EQ(label(dataset, "type", 0), "T");
  EXPECT_THAT(dataset.source.notes, Contains(HasSubstr("annotation 'type' was replaced")));
}

TEST_F(Annotations, ComeFromAnyDataSet) {
  const std::string other =
      folder_.write("other.mtx", "%%MatrixMarket matrix coordinate pattern general\n1 3 1\n1 1\n");
  folder_.write("barcodes.tsv", "a\nb\nc\n");
  const Dataset dataset = read_dataset(data_, {.annotations = other});
  EXPECT_THAT(dataset.source.notes, Contains(HasSubstr("joined by name")));
}

TEST_F(Annotations, AreRefusedWhenTheyDoNotFit) {
  EXPECT_THAT(
      refusal([&] { joined("id,type\nu,T\nv,B\n"); }),
      AllOf(HasSubstr("annotations' names are not those of the cells"), HasSubstr("2 rows (u, v)"),
            HasSubstr("3 cells (a, b, c)"), HasSubstr("FILE:KEY")));
  EXPECT_THAT(refusal([&] { joined("id,type\na,T\nb,B\n", ":typ"); }),
              AllOf(HasSubstr("there is no column 'typ'"), HasSubstr("nearest names: type")));
  EXPECT_THAT(refusal([&] { joined("id,type\na,T\na,B\n", ":id"); }),
              HasSubstr("values of column 'id' are repeated"));
  EXPECT_THAT(refusal([&] { joined("id,type\nu,T\nv,B\n", ":id"); }),
              HasSubstr("no cell's name stands in column 'id'"));
  EXPECT_THAT(refusal([&] { read_dataset(data_, {.annotations = folder_.path("none.csv")}); }),
              HasSubstr("there is no such file"));
}

TEST(AnnotationsRealData, JoinLabelsOfPbmcRnaMixturesAndTasic) {
  MIXVAE_NEEDS(shared_file("pbmc3k"));
  const Dataset pbmc =
      read_dataset(shared_file("pbmc3k"), {.annotations = shared_file("pbmc3k/labels.csv")});
  const Categorical types = as_labels(require_column(pbmc.cells, "cell_type", ""));
  EXPECT_EQ(types.categories.size(), 9U);
  EXPECT_EQ(types.label(1), "B");

  const std::string mixtures = shared_file("rnamix_celseq2/RNAmix_celseq2");
  const Dataset rna =
      read_dataset(mixtures + ".count.csv.gz", {.annotations = mixtures + ".metadata.csv.gz"});
  EXPECT_THAT(rna.source.notes, Contains(HasSubstr("joined by name")));
  const auto mix = std::get<std::vector<std::int64_t>>(require_column(rna.cells, "mix", "").values);
  EXPECT_EQ(mix[0], 6);
  EXPECT_EQ(std::ranges::count(mix, 1), 39);
  EXPECT_EQ(as_numbers(require_column(rna.cells, "mRNA_amount", "")).value()[1], 7.5);

  const std::string tasic = shared_file("tasic2016_markers/");
  for (const char* key : {"", ":sample_id"}) {
    const Dataset cells =
        read_dataset(tasic + "expression.csv.gz", {.annotations = tasic + "cells.csv.gz" + key});
    const Categorical fine = as_labels(require_column(cells.cells, "aibs_type", ""));
    EXPECT_EQ(fine.categories.size(), 49U);
    EXPECT_EQ(fine.label(0), "Vip Chat");
  }
}

}  // namespace annotations_test
}  // namespace mixvae
