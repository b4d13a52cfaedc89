#include "data/io/csv.hpp"

#include <cmath>
#include <sstream>

#include "data/files.hpp"
#include "data/io/read.hpp"
#include "support/valid_matrix.hpp"

namespace mixvae {
namespace csv_test {

using namespace testing_files;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const DenseMatrix& dense(const Dataset& dataset) { return std::get<DenseMatrix>(dataset.x); }

std::string note_text(const Dataset& dataset) {
  std::string text;
  for (const std::string& note : dataset.source.notes) {
    text += note + "\n";
  }
  return text;
}

TEST(Csv, ReadsCellsInRowsWithNamesAndAnnotations) {
  const TemporaryFolder folder;
  const std::string path =
      folder.write("t.csv", "cell,type,CD3,CD4,CD8\nc1,T,1,0.5,3\nc2,B,0,1e2,-4\nc3,T,7,NA,+2\n");
  const Dataset dataset = read_csv(path);
  EXPECT_THAT(dataset.cells.names, ElementsAre("c1", "c2", "c3"));
  EXPECT_THAT(dataset.features.names, ElementsAre("CD3", "CD4", "CD8"));
  EXPECT_EQ(dense(dataset).values[4], 100.0F);
  EXPECT_EQ(dense(dataset).values[5], -4.0F);
  EXPECT_TRUE(std::isnan(dense(dataset).values[7]));
  EXPECT_EQ(dense(dataset).values[8], 2.0F);
  const Categorical types = as_labels(require_column(dataset.cells, "type", path));
  EXPECT_EQ(types.label(1), "B");
  EXPECT_FALSE(dataset.source.cells_unnamed);
  EXPECT_EQ(dataset.source.format, "csv");
  EXPECT_EQ(dataset.source.path, path);
}

TEST(Csv, TransposesGenesInRows) {
  const TemporaryFolder folder;
  const std::string path = folder.write(
      "t.tsv",
      "gene\tdescription\tc1\tc2\nActb\tactin\t5\t6\nGapdh\tnone\t7\t8\nXist\tlnc\t9\t1\n");
  const Dataset dataset = read_csv(path);
  EXPECT_THAT(dataset.cells.names, ElementsAre("c1", "c2"));
  EXPECT_THAT(dataset.features.names, ElementsAre("Actb", "Gapdh", "Xist"));
  EXPECT_THAT(dense(dataset).values, ElementsAre(5, 7, 9, 6, 8, 1));
  EXPECT_NE(dataset.features.find("description"), nullptr);
  EXPECT_THAT(note_text(dataset),
              HasSubstr("cells in its columns: the first column is called 'gene'"));
}

TEST(Csv, ReadsAnRHeaderWithOneFieldFewer) {
  const TemporaryFolder folder;
  const std::string path = folder.write(
      "t.csv",
      "\"A1\",\"A2\"\n\"ENSG00000000003\",0,1\n\"ENSG00000000005\",0,0\n\"ENSG00000000419\",2,0\n");
  const Dataset dataset = read_csv(path);
  EXPECT_THAT(dataset.cells.names, ElementsAre("A1", "A2"));
  EXPECT_EQ(dataset.feature_count(), 3);
  const auto& sparse = std::get<CsrMatrix>(dataset.x);
  EXPECT_TRUE(support::is_valid(sparse));
  EXPECT_THAT(sparse.offsets, ElementsAre(0, 1, 2));
  EXPECT_THAT(sparse.column_numbers, ElementsAre(2, 0));
}

TEST(Csv, KeepsHalfFullMatricesDense) {
  const TemporaryFolder folder;
  const Dataset half = read_csv(folder.write("t.csv", "a,b\n1,0\n0,1\n"));
  EXPECT_TRUE(std::holds_alternative<DenseMatrix>(half.x));
  const Dataset less = read_csv(folder.write("t.csv", "a,b\n1,0\n0,0\n"));
  EXPECT_TRUE(std::holds_alternative<CsrMatrix>(less.x));
}

TEST(Csv, ReadsNumbersWithoutHeaderOrNames) {
  const TemporaryFolder folder;
  const Dataset dataset = read_csv(folder.write("t.txt", "1.5 2 3\n4 5 6\n"));
  EXPECT_THAT(dataset.features.names, ElementsAre("F1", "F2", "F3"));
  EXPECT_THAT(dataset.cells.names, ElementsAre("C1", "C2"));
  EXPECT_TRUE(dataset.source.features_unnamed);
  EXPECT_TRUE(dataset.source.cells_unnamed);
  EXPECT_THAT(dense(dataset).values, ElementsAre(1.5F, 2, 3, 4, 5, 6));
}

TEST(Csv, TakesCountingNumbersAsAHeader) {
  const TemporaryFolder folder;
  const Dataset pandas = read_csv(folder.write("t.csv", ",0,1,2,3\n0,5,5,5,5\n1,6,6,6,6\n"));
  EXPECT_EQ(pandas.cell_count(), 2);
  EXPECT_THAT(pandas.features.names, ElementsAre("0", "1", "2", "3"));
  const Dataset bare = read_csv(folder.write("t.csv", "0,1,2,3\n5,5,5,5\n"));
  EXPECT_EQ(bare.cell_count(), 1);
  EXPECT_EQ(bare.feature_count(), 4);
}

TEST(Csv, ReadsOneCellOneGeneAndUnicode) {
  const TemporaryFolder folder;
  const Dataset cell = read_csv(folder.write("t.csv",
                                             "\xef\xbb\xbf"
                                             "cell,Γ1,β\nzelle_ä,1,2\n"));
  EXPECT_THAT(cell.cells.names, ElementsAre("zelle_ä"));
  EXPECT_THAT(cell.features.names, ElementsAre("Γ1", "β"));
  const Dataset gene = read_csv(folder.write("t.csv", "CD4\n1\n2\n"));
  EXPECT_EQ(gene.cell_count(), 2);
  EXPECT_EQ(gene.feature_count(), 1);
}

TEST(Csv, ObeysTheOrientationOption) {
  const TemporaryFolder folder;
  const std::string path = folder.write("t.csv", "gene,a,b\ng1,1,2\ng2,3,4\ng3,5,6\n");
  EXPECT_EQ(read_csv(path, {.orientation = "cells-in-rows"}).cell_count(), 3);
  EXPECT_EQ(read_csv(path, {.orientation = "cells-in-columns"}).cell_count(), 2);
}

TEST(Csv, MakesRepeatedNamesUniqueAndSaysSo) {
  const TemporaryFolder folder;
  const Dataset dataset = read_dataset(folder.write("t.csv", "cell,g,g,h\na,1,2,3\nb,1,2,3\n"));
  EXPECT_THAT(dataset.features.names, ElementsAre("g", "g-1", "h"));
  EXPECT_THAT(note_text(dataset), HasSubstr("1 feature names are repeated"));
}

TEST(Csv, RefusesTextAmongNumbersNamingThePlace) {
  const TemporaryFolder folder;
  std::string content = "cell,CD3,CD4\n";
  for (int i = 0; i < 300; ++i) {
    content.append("c").append(std::to_string(i)).append(",1,2\n");
  }
  const std::string path = folder.write("t.csv", content + "c300,1,12x\n");
  EXPECT_THAT(refusal([&] { read_csv(path); }),
              AllOf(HasSubstr("this is not a number"), HasSubstr("line 302, column 'CD4'"),
                    HasSubstr("'12x'")));
}

TEST(Csv, RefusesUnequalRowsEmptyTablesAndTablesWithoutNumbers) {
  const TemporaryFolder folder;
  const std::string unequal = folder.write("unequal.csv", "a,b,c\n1,2,3\n1,2\n");
  EXPECT_THAT(refusal([&] { read_csv(unequal); }),
              AllOf(HasSubstr("wrong number of fields"), HasSubstr("line 3"), HasSubstr("2 fields"),
                    HasSubstr("3, as in the first row")));
  const std::string empty = folder.write("empty.csv", "\n \n");
  EXPECT_THAT(refusal([&] { read_csv(empty); }), HasSubstr("the table is empty"));
  const std::string header = folder.write("header.csv", "a,b\n");
  EXPECT_THAT(refusal([&] { read_csv(header); }), HasSubstr("a header and no rows"));
  const std::string text = folder.write("text.csv", "a;b\nu;x\nv;y\n");
  EXPECT_THAT(refusal([&] { read_csv(text); }),
              AllOf(HasSubstr("no column of numbers"), HasSubstr("2 columns: a, b")));
}

TEST(TextTable, KeepsEveryColumnAsText) {
  const TemporaryFolder folder;
  const TextTable table = read_text_table(folder.write("t.csv", "barcode,type\nA,T cell\nB,007\n"));
  EXPECT_THAT(table.header, ElementsAre("barcode", "type"));
  EXPECT_THAT(table.columns[1], ElementsAre("T cell", "007"));
  EXPECT_TRUE(table.first_is_names);
  EXPECT_EQ(table.rows(), 2);
}

TEST(CsvRealData, RnaMixturesHaveGenesInRows) {
  const std::string path = shared_file("rnamix_celseq2/RNAmix_celseq2.count.csv.gz");
  MIXVAE_NEEDS(path);
  const Dataset dataset = read_csv(path);
  EXPECT_EQ(dataset.cell_count(), 340);
  EXPECT_EQ(dataset.feature_count(), 14804);
  EXPECT_EQ(dataset.cells.names[0], "L19");
  EXPECT_EQ(dataset.features.names[0], "ENSG00000072858");
}

TEST(CsvRealData, TasicHasGenesInRows) {
  const std::string path = shared_file("tasic2016_markers/expression.csv.gz");
  MIXVAE_NEEDS(path);
  const Dataset dataset = read_csv(path);
  EXPECT_EQ(dataset.cell_count(), 1366);
  EXPECT_EQ(dataset.feature_count(), 170);
  EXPECT_EQ(dense(dataset)(2, 0), 3788.38F);
}

TEST(CsvRealData, MibiHasCellsInRowsAndALabelColumn) {
  const std::string path = shared_file("mibi_risom/risom_mibi_dcis.csv.gz");
  MIXVAE_NEEDS(path);
  const Dataset dataset = read_csv(path);
  EXPECT_EQ(dataset.cell_count(), 69672);
  EXPECT_EQ(dataset.feature_count(), 22);
  const Categorical types = as_labels(require_column(dataset.cells, "CellType", path));
  EXPECT_EQ(types.categories.size(), 23U);
  EXPECT_EQ(types.label(0), "TUMOR_LUMINAL");
}

/// Total, and sum of the cell in row `r`.
std::pair<double, double> sums(const Dataset& dataset, Index r) {
  double total = 0;
  for (Index i = 0; i < dataset.cell_count(); ++i) {
    for_each_value(dataset.x, i, [&](Index, float value) { total += value; });
  }
  double one = 0;
  for_each_value(dataset.x, r, [&](Index, float value) { one += value; });
  return {total, one};
}

TEST(CsvRealData, SumsAgreeWithPandas) {
  const std::string rna = shared_file("rnamix_celseq2/RNAmix_celseq2.count.csv.gz");
  const std::string mibi = shared_file("mibi_risom/risom_mibi_dcis.csv.gz");
  MIXVAE_NEEDS(rna);
  MIXVAE_NEEDS(mibi);
  const std::string expected = python(
      "import pandas as pd\na = pd.read_csv('" + rna + "')\nb = pd.read_csv('" + mibi +
      "').drop(columns='CellType')\nprint(a.values.sum(), a.iloc[:, 100].sum(), b.values.sum(), "
      "b.iloc[500].sum())");
  if (expected.empty()) {
    GTEST_SKIP() << "pandas is not here";
  }
  std::istringstream text(expected);
  for (const auto& [path, row] : {std::pair{rna, Index{100}}, std::pair{mibi, Index{500}}}) {
    const auto [total, one] = sums(read_csv(path), row);
    double expected_total = 0;
    double expected_one = 0;
    text >> expected_total >> expected_one;
    EXPECT_NEAR(total, expected_total, 1e-7 * expected_total);
    EXPECT_NEAR(one, expected_one, 1e-6 * expected_one);
  }
}

}  // namespace csv_test
}  // namespace mixvae
