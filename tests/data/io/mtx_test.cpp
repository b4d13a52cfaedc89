#include "data/io/mtx.hpp"

#include <algorithm>
#include <numeric>

#include "data/files.hpp"
#include "data/io/matrix_market.hpp"
#include "data/io/read.hpp"
#include "support/valid_matrix.hpp"

namespace mixvae {
namespace mtx_test {

using namespace testing_files;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

const std::string kMatrix =
    "%%MatrixMarket matrix coordinate integer general\n% a comment\n3 2 4\n1 1 5\n3 1 2\n2 2 7\n3 "
    "2 "
    "1\n";
const std::string kBarcodes = "AAAC-1\nCCCA-1\n";
const std::string kGenesV2 = "ENSG1\tActb\nENSG2\tXist\nENSG3\tSox2\n";
const std::string kFeaturesV3 =
    "ENSG1\tActb\tGene Expression\nENSG2\tXist\tGene Expression\nENSG3\tSox2\tAntibody Capture\n";

void expect_the_matrix(const Dataset& dataset) {
  EXPECT_TRUE(support::is_valid(std::get<CsrMatrix>(dataset.x)));
  EXPECT_THAT(to_dense(dataset.x).values, ElementsAre(5, 0, 2, 0, 7, 1));
  EXPECT_THAT(dataset.cells.names, ElementsAre("AAAC-1", "CCCA-1"));
  EXPECT_THAT(dataset.features.names, ElementsAre("Actb", "Xist", "Sox2"));
}

/// With \r\n as line ending.
std::string with_crlf(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += '\r';
    }
    out += c;
  }
  return out;
}

std::string as_is(const std::string& text) { return text; }
std::string packed(const std::string& text) { return gzipped(text); }

struct Layout {
  std::string prefix;
  bool v3;
  std::string ending;
  std::string (*encode)(const std::string&);
};

class MtxLayouts : public ::testing::TestWithParam<Layout> {};

TEST_P(MtxLayouts, AreReadAlike) {
  const Layout& layout = GetParam();
  const TemporaryFolder folder;
  folder.write(layout.prefix + "matrix.mtx" + layout.ending, layout.encode(kMatrix));
  folder.write(layout.prefix + "barcodes.tsv" + layout.ending, layout.encode(kBarcodes));
  folder.write(layout.prefix + (layout.v3 ? "features.tsv" : "genes.tsv") + layout.ending,
               layout.encode(layout.v3 ? kFeaturesV3 : kGenesV2));
  ReadOptions every_type;
  every_type.feature_types = "all";
  const Dataset dataset = read_dataset(folder.path(), every_type);
  expect_the_matrix(dataset);
  EXPECT_EQ(dataset.source.format, "mtx");
  EXPECT_THAT(as_labels(require_column(dataset.features, "gene_ids", "")).label(2), "ENSG3");
  EXPECT_EQ(dataset.features.find("feature_types") != nullptr, layout.v3);
}

INSTANTIATE_TEST_SUITE_P(
    TenX, MtxLayouts,
    ::testing::Values(Layout{"", false, "", as_is}, Layout{"", false, ".gz", packed},
                      Layout{"", true, "", as_is}, Layout{"", true, ".gz", packed},
                      Layout{"GSM1_", false, "", as_is}, Layout{"GSM1_", false, ".gz", packed},
                      Layout{"GSM1_", true, "", with_crlf}, Layout{"GSM1_", true, ".gz", packed}));

TEST(Mtx, TakesThePathOfTheMatrixFileAmongSeveralDataSets) {
  const TemporaryFolder folder;
  folder.write("b_matrix.mtx", "%%MatrixMarket matrix coordinate integer general\n1 1 0\n");
  const std::string path = folder.write("a_matrix.mtx", kMatrix);
  folder.write("a_barcodes.tsv", kBarcodes);
  folder.write("a_genes.tsv", kGenesV2);
  expect_the_matrix(read_dataset(path));
  EXPECT_THAT(refusal([&] { read_dataset(folder.path()); }),
              AllOf(HasSubstr("several Matrix Market files"),
                    HasSubstr("a_matrix.mtx, b_matrix.mtx"), HasSubstr("path of one of them")));
}

TEST(Mtx, TakesGeneFilesOfOneColumnAndHeaders) {
  const TemporaryFolder folder;
  folder.write("matrix.mtx", kMatrix);
  folder.write("barcodes.tsv", "barcode\n" + kBarcodes);
  folder.write("genes.tsv", "Actb\nXist\nSox2\n");
  const Dataset dataset = read_mtx(folder.path());
  expect_the_matrix(dataset);
  EXPECT_THAT(dataset.features.columns, SizeIs(0));
}

TEST(Mtx, NumbersWhatHasNoNames) {
  const TemporaryFolder folder;
  const std::string path = folder.write("matrix.mtx", kMatrix);
  EXPECT_THAT(refusal([&] { read_dataset(path); }),
              AllOf(HasSubstr("not known whether the matrix holds cells in its rows"),
                    HasSubstr("3 rows and 2 columns"), HasSubstr("--orientation")));
  const Dataset dataset = read_dataset(path, {.orientation = "cells-in-columns"});
  EXPECT_THAT(dataset.cells.names, ElementsAre("C1", "C2"));
  EXPECT_THAT(dataset.features.names, ElementsAre("F1", "F2", "F3"));
  EXPECT_TRUE(dataset.source.cells_unnamed);
  EXPECT_TRUE(dataset.source.features_unnamed);
  EXPECT_THAT(dataset.source.notes, ElementsAre(HasSubstr("taken as the features")));
  EXPECT_EQ(read_mtx(folder.path("matrix.mtx"), "cells-in-rows").cell_count(), 3);
}

TEST(Mtx, SeesCellsInRowsByTheNumbersOfNames) {
  const TemporaryFolder folder;
  folder.write(
      "matrix.mtx",
      "%%MatrixMarket matrix coordinate real general\n2 3 4\n1 1 5.0\n1 3 2\n2 2 7\n2 3 1\n");
  folder.write("barcodes.tsv", kBarcodes);
  folder.write("genes.tsv", kGenesV2);
  const Dataset dataset = read_mtx(folder.path());
  expect_the_matrix(dataset);
  EXPECT_THAT(dataset.source.notes, ElementsAre(HasSubstr("cells in its rows")));
}

TEST(Mtx, MakesRepeatedSymbolsUniqueAndSaysSo) {
  const TemporaryFolder folder;
  folder.write("matrix.mtx", kMatrix);
  folder.write("genes.tsv", "E1\tA\nE2\tA\nE3\tB\n");
  const Dataset dataset = read_dataset(folder.path());
  EXPECT_THAT(dataset.features.names, ElementsAre("A", "A-1", "B"));
  EXPECT_THAT(dataset.source.notes, ::testing::Contains(HasSubstr("1 feature names are repeated")));
}

TEST(Mtx, RefusesNamesThatDoNotFit) {
  const TemporaryFolder folder;
  folder.write("matrix.mtx", kMatrix);
  folder.write("barcodes.tsv", "A\nB\nC\nD\n");
  folder.write("genes.tsv", kGenesV2);
  EXPECT_THAT(refusal([&] { read_mtx(folder.path()); }),
              AllOf(HasSubstr("number of cell names differs"), HasSubstr("barcodes.tsv"),
                    HasSubstr("4 names, 2 in the matrix")));
  folder.write("barcodes.tsv", kBarcodes);
  folder.write("genes.tsv", "A\n");
  EXPECT_THAT(refusal([&] { read_mtx(folder.path()); }),
              AllOf(HasSubstr("number of feature names differs"), HasSubstr("1 names, 3 in")));
  folder.write("genes.tsv", "");
  EXPECT_THAT(refusal([&] { read_mtx(folder.path()); }), HasSubstr("the file of names is empty"));
}

TEST(Mtx, RefusesAFolderWithoutAMatrix) {
  const TemporaryFolder folder;
  folder.write("barcodes.tsv", kBarcodes);
  EXPECT_THAT(refusal([&] { read_dataset(folder.path()); }),
              HasSubstr("the folder holds no data that can be read"));
}

std::string matrix_refusal(const std::string& content) {
  const TemporaryFolder folder;
  const std::string path = folder.write("matrix.mtx", content);
  return refusal([&] { read_matrix_market_transposed(path); });
}

const std::string kBanner = "%%MatrixMarket matrix coordinate integer general\n";

TEST(MatrixMarket, RefusesWhatItCannotRead) {
  for (const char* banner :
       {"%%MatrixMarket matrix array real general\n",
        "%%MatrixMarket matrix coordinate complex general\n",
        "%%MatrixMarket matrix coordinate real symmetric\n", "%%MatrixMarket\n", "1 1 1\n"}) {
    EXPECT_THAT(matrix_refusal(banner), HasSubstr("this kind of Matrix Market file")) << banner;
  }
  EXPECT_THAT(matrix_refusal(kBanner + "% only\n"), HasSubstr("ends before its sizes"));
  EXPECT_THAT(matrix_refusal(kBanner + "2 x 1\n"), HasSubstr("sizes of the matrix cannot be read"));
  EXPECT_THAT(matrix_refusal(kBanner + "0 2 0\n"), HasSubstr("the matrix is empty"));
  EXPECT_THAT(matrix_refusal(kBanner + "2 3000000000 1\n"), HasSubstr("unlikely size"));
  EXPECT_THAT(matrix_refusal(kBanner + "2 2 99999999999\n1 1 1\n"), HasSubstr("is cut off"));
}

TEST(MatrixMarket, RefusesBadEntriesNamingTheLine) {
  EXPECT_THAT(matrix_refusal(kBanner + "2 2 2\n1 1 1\n0 1 1\n"),
              AllOf(HasSubstr("outside of the matrix"), HasSubstr("line 4"), HasSubstr("'0 1 1'"),
                    HasSubstr("row 1 to 2")));
  EXPECT_THAT(matrix_refusal(kBanner + "2 2 1\n1 3 1\n"), HasSubstr("outside of the matrix"));
  EXPECT_THAT(matrix_refusal(kBanner + "2 2 1\n1 2 x\n"), HasSubstr("no readable value"));
  EXPECT_THAT(matrix_refusal(kBanner + "2 2 1\n1 2\n"), HasSubstr("no readable value"));
  EXPECT_THAT(matrix_refusal(kBanner + "2 2 1\n1 2 3 4\n"), HasSubstr("no readable value"));
  EXPECT_THAT(matrix_refusal(kBanner + "2 2 2\n1 2 3\n"),
              AllOf(HasSubstr("is cut off"), HasSubstr("1 entries"), HasSubstr("2 entries")));
  EXPECT_THAT(matrix_refusal(kBanner + "2 2 1\n1 2 3\n1 1 1\n"),
              HasSubstr("more entries than it announces"));
}

TEST(MatrixMarket, AddsUpRepeatedPlacesSortsAndReadsPatterns) {
  const TemporaryFolder folder;
  const std::string repeated =
      folder.write("a.mtx", kBanner + "3 2 5\n3 2 1\n1 2 1\n3 2 4\n2 1 9\n1 1 0\n");
  const CsrMatrix sum = read_matrix_market_transposed(repeated);
  EXPECT_TRUE(support::is_valid(sum));
  EXPECT_THAT(sum.offsets, ElementsAre(0, 1, 3));
  EXPECT_THAT(sum.column_numbers, ElementsAre(1, 0, 2));
  EXPECT_THAT(sum.values, ElementsAre(9, 1, 5));
  const std::string pattern =
      folder.write("b.mtx", "%%MatrixMarket matrix coordinate pattern general\n2 1 1\n2 1\n");
  EXPECT_THAT(read_matrix_market_transposed(pattern).values, ElementsAre(1));
}

double total(const Dataset& dataset) {
  double sum = 0;
  for (const float value : std::get<CsrMatrix>(dataset.x).values) {
    sum += value;
  }
  return sum;
}

TEST(MtxRealData, ReadsThePublishedExamples) {
  const std::string v2 = shared_file("conformance/tenx/v2_mtx");
  MIXVAE_NEEDS(v2);
  const Dataset two = read_dataset(v2);
  EXPECT_EQ(two.cell_count(), 12);
  EXPECT_EQ(two.feature_count(), 343);
  EXPECT_EQ(two.features.names[0], "DSCAM");
  const Dataset three = read_dataset(shared_file("conformance/tenx/v3_mtx"));
  EXPECT_EQ(three.cell_count(), 1107);
  EXPECT_EQ(three.feature_count(), 507);
  EXPECT_EQ(count_nonzeros(three.x), 23866);
  EXPECT_EQ(three.features.names[0], "CH507-9B2.2");
}

TEST(MtxRealData, AgreesWithScipyOnPbmc3k) {
  const std::string path = shared_file("pbmc3k");
  MIXVAE_NEEDS(path);
  const Dataset dataset = read_dataset(path);
  EXPECT_EQ(dataset.cell_count(), 2638);
  EXPECT_EQ(dataset.feature_count(), 13714);
  EXPECT_EQ(count_nonzeros(dataset.x), 2238732);
  const std::string expected = python("import scipy.io\nm = scipy.io.mmread('" + path +
                                      "/matrix.mtx.gz').tocsc()\n"
                                      "print(int(m.sum()), int(m[:, 1000].sum()), int(m.max()))");
  if (expected.empty()) {
    GTEST_SKIP() << "scipy is not here";
  }
  const auto& x = std::get<CsrMatrix>(dataset.x);
  const auto row = x.row(1000).values;
  std::string found;
  found.append(std::to_string(static_cast<Index>(total(dataset)))).append(" ");
  found.append(std::to_string(static_cast<Index>(std::accumulate(row.begin(), row.end(), 0.0))));
  found.append(" ").append(std::to_string(static_cast<Index>(std::ranges::max(x.values))));
  EXPECT_EQ(found + "\n", expected);
}

}  // namespace mtx_test
}  // namespace mixvae
