// What each pipeline writes, in small: the rows of the table in docs/file-formats.md.

#include <gmock/gmock.h>

#include "data/arrays.hpp"
#include "data/files.hpp"
#include "data/io/read.hpp"

namespace mixvae {
namespace pipelines_test {

using namespace testing_files;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// 3 genes x 2 cells: [[5, 0], [0, 7], [2, 1]]
const std::string kGenesInRows =
    "%%MatrixMarket matrix coordinate integer general\n%\n3 2 4\n1 1 5\n3 1 2\n2 2 7\n3 2 1\n";
const std::string kCellsInRows =
    "%%MatrixMarket matrix coordinate real general\n2 3 4\n1 1 5.0\n1 3 2\n2 2 7\n2 3 1\n";
const std::string kCells = "AAACCCAAGAAACACT-1\nCCCATTGGTTTTACAC-1\n";
const std::string kBareCells = "AAACCCAAGAAACACT\nCCCATTGGTTTTACAC\n";
const std::string kIds = "ENSG00000000001\nENSG00000000002\nENSG00000000003\n";
const std::string kSymbols = "ACTB\nGAPDH\nCD3E\n";
const std::string kGenes2 =
    "ENSG00000000001\tACTB\nENSG00000000002\tGAPDH\nENSG00000000003\tCD3E\n";
const std::string kFeatures3 =
    "ENSG00000000001\tACTB\tGene Expression\nENSG00000000002\tGAPDH\tGene Expression\n"
    "ENSG00000000003\tCD3E\tGene Expression\n";

struct File {
  std::string name;
  std::string content;
};

/// Files of a pipeline, what is given to the program, and what it should find.
struct Written {
  std::string pipeline;
  std::vector<File> files;
  std::string given;
  std::string first_cell;
  std::string first_gene = "ACTB";
};

void PrintTo(const Written& written, std::ostream* out) { *out << written.pipeline; }

class Pipelines : public ::testing::TestWithParam<Written> {};

TEST_P(Pipelines, AreRead) {
  const Written& written = GetParam();
  const TemporaryFolder folder;
  for (const File& file : written.files) {
    folder.write(file.name, file.name.ends_with(".gz") ? gzipped(file.content) : file.content);
  }
  const Dataset dataset = read_dataset(folder.path(written.given));
  ASSERT_EQ(dataset.cell_count(), 2);
  ASSERT_EQ(dataset.feature_count(), 3);
  EXPECT_THAT(to_dense(dataset.x).values, ElementsAre(5, 0, 2, 0, 7, 1));
  EXPECT_EQ(dataset.cells.names.front(), written.first_cell);
  EXPECT_EQ(dataset.features.names.front(), written.first_gene);
  EXPECT_FALSE(dataset.source.cells_unnamed);
  EXPECT_FALSE(dataset.source.features_unnamed);
  EXPECT_THAT(dataset.source.warnings, IsEmpty());
}

const std::string kCell1 = "AAACCCAAGAAACACT-1";
const std::string kBareCell1 = "AAACCCAAGAAACACT";

INSTANTIATE_TEST_SUITE_P(
    MatrixMarket, Pipelines,
    ::testing::Values(
        Written{
            "Cell Ranger 2",
            {{"o/matrix.mtx", kGenesInRows}, {"o/barcodes.tsv", kCells}, {"o/genes.tsv", kGenes2}},
            "o",
            kCell1},
        Written{"Cell Ranger 3 to 9",
                {{"o/matrix.mtx.gz", kGenesInRows},
                 {"o/barcodes.tsv.gz", kCells},
                 {"o/features.tsv.gz", kFeatures3}},
                "o",
                kCell1},
        Written{"Cell Ranger outs",
                {{"outs/web_summary.html", "<html>"},
                 {"outs/metrics_summary.csv", "Cells,Reads\n\"1,000\",\"50,000\"\n"},
                 {"outs/raw_feature_bc_matrix/matrix.mtx.gz", kGenesInRows},
                 {"outs/filtered_feature_bc_matrix/matrix.mtx.gz", kGenesInRows},
                 {"outs/filtered_feature_bc_matrix/barcodes.tsv.gz", kCells},
                 {"outs/filtered_feature_bc_matrix/features.tsv.gz", kFeatures3}},
                "outs",
                kCell1},
        Written{"Cell Ranger 2 outs",
                {{"outs/filtered_gene_bc_matrices/GRCh38/matrix.mtx", kGenesInRows},
                 {"outs/filtered_gene_bc_matrices/GRCh38/barcodes.tsv", kCells},
                 {"outs/filtered_gene_bc_matrices/GRCh38/genes.tsv", kGenes2},
                 {"outs/raw_gene_bc_matrices/GRCh38/matrix.mtx", kGenesInRows}},
                "outs",
                kCell1},
        Written{"GEO prefix",
                {{"GSM1_s1_matrix.mtx.gz", kGenesInRows},
                 {"GSM1_s1_barcodes.tsv.gz", kCells},
                 {"GSM1_s1_features.tsv.gz", kFeatures3},
                 {"GSM2_s2_matrix.mtx.gz", kCellsInRows},
                 {"GSM2_s2_barcodes.tsv.gz", "x\n"}},
                "GSM1_s1_matrix.mtx.gz",
                kCell1},
        Written{"GEO suffix",
                {{"matrix_s1.mtx.gz", kGenesInRows},
                 {"barcodes_s1.tsv.gz", kCells},
                 {"genes_s1.tsv.gz", kGenes2}},
                "",
                kCell1},
        Written{"GEO counts",
                {{"GSE1_counts.mtx.gz", kGenesInRows},
                 {"GSE1_cells.txt.gz", kCells},
                 {"GSE1_genes.txt.gz", kSymbols}},
                "",
                kCell1},
        Written{"STARsolo",
                {{"Solo.out/Gene/filtered/matrix.mtx", kGenesInRows},
                 {"Solo.out/Gene/filtered/barcodes.tsv", kBareCells},
                 {"Solo.out/Gene/filtered/features.tsv", kFeatures3},
                 {"Solo.out/Gene/raw/matrix.mtx", kGenesInRows},
                 {"Solo.out/GeneFull/filtered/matrix.mtx", kGenesInRows}},
                "Solo.out",
                kBareCell1},
        Written{"STARsolo with multimappers",
                {{"raw/matrix.mtx", kGenesInRows},
                 {"raw/UniqueAndMult-EM.mtx", kGenesInRows},
                 {"raw/barcodes.tsv", kBareCells},
                 {"raw/features.tsv", kFeatures3}},
                "raw",
                kBareCell1},
        Written{"kallisto bustools",
                {{"c/cells_x_genes.mtx", kCellsInRows},
                 {"c/cells_x_genes.barcodes.txt", kBareCells},
                 {"c/cells_x_genes.genes.txt", kIds},
                 {"c/cells_x_genes.genes.names.txt", kSymbols}},
                "c",
                kBareCell1},
        Written{"kallisto bustools, ids only",
                {{"c/cells_x_genes.mtx", kCellsInRows},
                 {"c/cells_x_genes.barcodes.txt", kBareCells},
                 {"c/cells_x_genes.genes.txt", kIds}},
                "c",
                kBareCell1,
                "ENSG00000000001"},
        Written{"alevin-fry",
                {{"alevin/quants_mat.mtx", kCellsInRows},
                 {"alevin/quants_mat_rows.txt", kBareCells},
                 {"alevin/quants_mat_cols.txt", kIds}},
                "alevin",
                kBareCell1,
                "ENSG00000000001"},
        Written{"salmon alevin",
                {{"quant/alevin/quants_mat.mtx.gz", kCellsInRows},
                 {"quant/alevin/quants_mat_rows.txt", kBareCells},
                 {"quant/alevin/quants_mat_cols.txt", kSymbols}},
                "quant",
                kBareCell1},
        Written{"Parse",
                {{"DGE_filtered/DGE.mtx", kCellsInRows},
                 {"DGE_filtered/all_genes.csv",
                  "gene_id,gene_name,genome\nENSG00000000001,ACTB,hg38\nENSG00000000002,GAPDH,"
                  "hg38\nENSG00000000003,CD3E,hg38\n"},
                 {"DGE_filtered/cell_metadata.csv",
                  "bc_wells,sample,tscp_count\n01_02_03,a,7\n01_02_04,b,8\n"}},
                "DGE_filtered",
                "01_02_03"},
        Written{"Cell Ranger ATAC",
                {{"filtered_peak_bc_matrix/matrix.mtx", kGenesInRows},
                 {"filtered_peak_bc_matrix/barcodes.tsv", kCells},
                 {"filtered_peak_bc_matrix/peaks.bed", "chr1\t10\t20\nchr1\t30\t40\nchr2\t5\t9\n"}},
                "filtered_peak_bc_matrix",
                kCell1,
                "chr1:10-20"},
        Written{
            "multiome features with places",
            {{"matrix.mtx", kGenesInRows},
             {"barcodes.tsv", kCells},
             {"features.tsv",
              "ENSG00000000001\tACTB\tGene Expression\tchr1\t1\t2\nENSG00000000002\tGAPDH\tGene "
              "Expression\tchr1\t3\t4\nENSG00000000003\tCD3E\tGene Expression\tchr1\t5\t6\n"}},
            "",
            kCell1},
        Written{"names written by R",
                {{"matrix.mtx", kGenesInRows},
                 {"barcodes.csv",
                  "\"\",\"x\"\n\"1\",\"AAACCCAAGAAACACT-1\"\n\"2\",\"CCCATTGGTTTTACAC-1\"\n"},
                 {"genes.csv", "\"\",\"x\"\n\"1\",\"ACTB\"\n\"2\",\"GAPDH\"\n\"3\",\"CD3E\"\n"}},
                "",
                kCell1},
        Written{"symbols before ids",
                {{"matrix.mtx", kGenesInRows},
                 {"barcodes.tsv", kCells},
                 {"genes.tsv",
                  "ACTB\tENSG00000000001\nGAPDH\tENSG00000000002\nCD3E\tENSG00000000003\n"}},
                "",
                kCell1},
        Written{"gene tables with lengths",
                {{"matrix.mtx", kGenesInRows},
                 {"barcodes.tsv", kCells},
                 {"genes.tsv", "ACTB\t1200\nGAPDH\t800\nCD3E\t950\n"}},
                "",
                kCell1},
        Written{"carriage returns alone",
                {{"matrix.mtx",
                  "%%MatrixMarket matrix coordinate integer general\r3 2 4\r1 1 5\r3 1 2\r2 2 7\r3 "
                  "2 1\r"},
                 {"barcodes.tsv", "AAACCCAAGAAACACT-1\rCCCATTGGTTTTACAC-1\r"},
                 {"genes.tsv", "ACTB\rGAPDH\rCD3E\r"}},
                "",
                kCell1}));

INSTANTIATE_TEST_SUITE_P(
    Tables, Pipelines,
    ::testing::Values(
        Written{"featureCounts",
                {{"t.txt",
                  "# Program:featureCounts v2.0.1; Command:\"featureCounts\" "
                  "\"-a\"\nGeneid\tChr\tStart\tEnd\tStrand\tLength\ta.bam\tb.bam\n"
                  "ACTB\tchr1\t1\t9\t+\t9\t5\t0\nGAPDH\tchr1;chr1\t1;20\t9;30\t+;+"
                  "\t18\t0\t7\nCD3E\tchr2\t1\t9\t-\t9\t2\t1\n"}},
                "t.txt",
                "a.bam"},
        Written{
            "featureCounts with a gene's name",
            {{"t.txt",
              "Geneid\tgene_"
              "name\tLength\ta\tb\nE1\tACTB\t10\t5\t0\nE2\tGAPDH\t11\t0\t7\nE3\tCD3E\t12\t2\t1\n"}},
            "t.txt",
            "a",
            "E1"},
        Written{"htseq-count",
                {{"t.tsv",
                  "gene\ta\tb\nACTB\t5\t0\nGAPDH\t0\t7\nCD3E\t2\t1\n__no_feature\t9\t9\n__"
                  "ambiguous\t1\t1\n__too_low_aQual\t0\t0\n__not_aligned\t0\t0\n__alignment_not_"
                  "unique\t3\t3\n"}},
                "t.tsv",
                "a"},
        Written{"row numbers",
                {{"t.csv",
                  "\"\",\"V1\",\"a\",\"b\"\n\"1\",\"ACTB\",5,0\n\"2\",\"GAPDH\",0,7\n\"3\","
                  "\"CD3E\",2,1\n"}},
                "t.csv",
                "a"},
        Written{"row numbers from 0",
                {{"t.csv", "Unnamed: 0,gene,a,b\n0,ACTB,5,0\n1,GAPDH,0,7\n2,CD3E,2,1\n"}},
                "t.csv",
                "a"},
        Written{"row numbers, cells in rows",
                {{"t.csv", ",barcode,ACTB,GAPDH,CD3E\n1,x,5,0,2\n2,y,0,7,1\n"}},
                "t.csv",
                "x"},
        Written{
            "BD Rhapsody",
            {{"t.csv",
              "####################\n## BD Targeted, Multiplex\n## Sample: "
              "s1\n####################\nCell_Index,ACTB,GAPDH,CD3E\n1000,5,0,2\n1037,0,7,1\n"}},
            "t.csv",
            "1000"},
        Written{"BD Rhapsody, a row per cell and gene",
                {{"t.st",
                  "####\n## "
                  "x\nCell_Index\tGene\tRSEC_Reads\tRaw_Molecules\tRSEC_Adjusted_"
                  "Molecules\n7\tACTB\t50\t6\t5\n9\tGAPDH\t70\t8\t7\n7\tCD3E\t20\t3\t2\n9\tCD3E\t10"
                  "\t1\t1\n"}},
                "t.st",
                "7"},
        Written{"umi_tools count",
                {{"t.tsv", "gene\tcell\tcount\nACTB\tA\t5\nGAPDH\tB\t7\nCD3E\tA\t2\nCD3E\tB\t1\n"}},
                "t.tsv",
                "A"},
        Written{
            "comments of other kinds",
            {{"t.tsv",
              "!Series_title\tx\n!Sample\t1\n% made\n//\n\"# by "
              "R\"\ngene\ta\tb\nACTB\t5\t0\nGAPDH\t0\t7\nCD3E\t2\t1\n!series_matrix_table_end\n"}},
            "t.tsv",
            "a"},
        Written{"a header that looks like a comment",
                {{"t.tsv", "#gene\ta\tb\nACTB\t5\t0\nGAPDH\t0\t7\nCD3E\t2\t1\n"}},
                "t.tsv",
                "a"},
        Written{"a title above",
                {{"t.csv", "Experiment of Monday,,\n\ngene,a,b\nACTB,5,0\nGAPDH,0,7\nCD3E,2,1\n"}},
                "t.csv",
                "a"},
        Written{"semicolons and CR LF",
                {{"t.csv", "\xef\xbb\xbfgene;a;b\r\nACTB;5;0\r\nGAPDH;0;7\r\nCD3E;2;1\r\n"}},
                "t.csv",
                "a"},
        Written{"carriage returns in a table",
                {{"t.csv", "gene,a,b\rACTB,5,0\rGAPDH,0,7\rCD3E,2,1\r"}},
                "t.csv",
                "a"},
        Written{
            "UTF-16",
            {{"t.csv",
              std::string(
                  "\xff\xfeg\0e\0n\0e\0,\0a\0,\0b\0\r\0\n\0A\0C\0T\0B\0,\0005\0,"
                  "\0000\0\n\0G\0A\0P\0D\0H\0,\0000\0,\0007\0\n\0C\0003\0D\0,\0002\0,\0001\0\n\0",
                  76)}},
            "t.csv",
            "a"},
        Written{"delimiters at the ends of all lines",
                {{"t.tsv", "gene\ta\tb\t\nACTB\t5\t0\t\nGAPDH\t0\t7\t\nCD3E\t2\t1\t\n"}},
                "t.tsv",
                "a"},
        Written{"delimiters at the ends of rows",
                {{"t.tsv", "gene\ta\tb\nACTB\t5\t0\t\t\nGAPDH\t0\t7\t\nCD3E\t2\t1\n"}},
                "t.tsv",
                "a"},
        Written{"a delimiter at the end of the header",
                {{"t.tsv", "gene\ta\tb\t\nACTB\t5\t0\nGAPDH\t0\t7\nCD3E\t2\t1\n"}},
                "t.tsv",
                "a"},
        Written{"aligned blanks",
                {{"t.txt", "         a   b\nACTB     5   0\nGAPDH    0   7\nCD3E     2   1\n"}},
                "t.txt",
                "a"},
        Written{"empty rows",
                {{"t.csv", "gene,a,b\nACTB,5,0\n,,\nGAPDH,0,7\nCD3E,2,1\n,,\n,,\n"}},
                "t.csv",
                "a"},
        Written{"the end of a DOS text",
                {{"t.csv", "gene,a,b\nACTB,5,0\nGAPDH,0,7\nCD3E,2,1\n\x1a"}},
                "t.csv",
                "a"}));

TEST(PipelinesAnnotations, OfCellsAndGenesAreKept) {
  const TemporaryFolder folder;
  folder.write("DGE.mtx", kCellsInRows);
  folder.write("all_genes.csv", "gene_id,gene_name,genome\nE1,A,h\nE2,B,h\nE3,C,h\n");
  folder.write("cell_metadata.csv", "bc_wells,sample,tscp_count\nw1,a,7\nw2,b,8\n");
  const Dataset dataset = read_dataset(folder.path());
  EXPECT_EQ(as_labels(require_column(dataset.cells, "sample", "")).label(1), "b");
  EXPECT_EQ(as_labels(require_column(dataset.features, "gene_ids", "")).label(2), "E3");
}

TEST(PipelinesRefusals, NameWhatIsMissing) {
  const TemporaryFolder folder;
  folder.write("two/a/matrix.mtx", kGenesInRows);
  folder.write("two/b/matrix.mtx", kGenesInRows);
  EXPECT_THAT(refusal([&] { read_dataset(folder.path("two")); }),
              AllOf(HasSubstr("several data sets"), HasSubstr("a, b"), HasSubstr("one of them")));
  const std::string table = folder.write("t.csv", "cell,gene,u,v\nA,g,1,2\nA,h,3,4\nB,g,5,6\n");
  EXPECT_THAT(refusal([&] { read_dataset(table); }),
              AllOf(HasSubstr("not clear which column holds the counts"), HasSubstr("u, v")));
  const std::string nul =
      folder.write("n.csv", "gene,a,b\nACTB,5,0\nGAPDH,0,7\n" + std::string(64, '\0'));
  EXPECT_THAT(
      refusal([&] { read_dataset(nul); }),
      AllOf(HasSubstr("NUL bytes"), HasSubstr("line 4"), HasSubstr("not written to its end")));
  const std::string word = folder.write("w.tsv", "cell\tgene\tcount\nA\tg\t1\nA\th\tx\n");
  EXPECT_THAT(refusal([&] { read_dataset(word); }), HasSubstr("this is not a number"));
}

TEST(PipelinesOrientation, IsNeverGuessedInSilence) {
  const TemporaryFolder folder;
  const std::string table = folder.write("t.csv", "id_,s1,s2,s3\nu1,1,2,3\nu2,4,5,6\n");
  EXPECT_THAT(read_dataset(table).source.warnings,
              Contains(AllOf(HasSubstr("guess"), HasSubstr("--orientation"))));
  EXPECT_THAT(read_dataset(table, {.orientation = "cells-in-rows"}).source.warnings, IsEmpty());
  folder.write("m/x.mtx", kCellsInRows);
  folder.write("m/x_rows.txt", "u1\nu2\n");
  folder.write("m/x_cols.txt", "s1\ns2\ns3\n");
  EXPECT_THAT(read_dataset(folder.path("m")).source.warnings, Contains(HasSubstr("guess")));
}

TEST(DecimalCommas, AreRefusedNamingTheColumnAndReadWhenAnnounced) {
  const TemporaryFolder folder;
  for (const char* content :
       {"cell;CD3;CD4\na;1;0,5\nb;2;1,25\n", "cell,CD3,CD4\na,1,\"0,5\"\nb,2,\"1,25\"\n",
        "cell\tCD3\tCD4\na\t1\t0,5\nb\t2\t1,25\n", "cell;CD3;CD4\na;1;0,5\nb;2;1,25\n;;\n"}) {
    const std::string path = folder.write("t.csv", content);
    EXPECT_THAT(refusal([&] { read_dataset(path); }),
                AllOf(HasSubstr("column 'CD4' holds numbers with commas"), HasSubstr("'0,5'"),
                      HasSubstr("--decimal , reads")));
    const Dataset dataset = read_dataset(path, {.decimal = ","});
    EXPECT_THAT(to_dense(dataset.x).values, ElementsAre(1, 0.5F, 2, 1.25F)) << content;
  }
  const std::string bare = folder.write("t.csv", "0,5;1,5\n2,5;3,5\n");
  EXPECT_THAT(to_dense(read_dataset(bare, {.decimal = ","}).x).values,
              ElementsAre(0.5F, 1.5F, 2.5F, 3.5F));
}

TEST(DecimalCommas, AreFoundBelowTheFirstRowsToo) {
  const TemporaryFolder folder;
  std::string content = "cell;CD3;CD4\n";
  for (int i = 0; i < 200; ++i) {
    content += "c" + std::to_string(i) + ";0;1\n";
  }
  const std::string path = folder.write("t.csv", content + "z;0;3,25\n");
  EXPECT_THAT(refusal([&] { read_dataset(path); }),
              AllOf(HasSubstr("line 202"), HasSubstr("'CD4'"), HasSubstr("--decimal ,")));
}

TEST(DecimalCommas, AreToldFromSeparatorsOfThousands) {
  const TemporaryFolder folder;
  const std::string path = folder.write("t.csv", "cell,CD3\na,\"1,234\"\nb,\"2,500\"\n");
  EXPECT_THAT(refusal([&] { read_dataset(path); }), HasSubstr("if it separates thousands"));
  const std::string many = folder.write("m.csv", "cell,CD3\na,\"1,234,567\"\nb,\"2,500\"\n");
  EXPECT_THAT(refusal([&] { read_dataset(many); }), HasSubstr("if it separates thousands"));
}

TEST(ExcelDates, AreMadeUniqueInEveryFormat) {
  const TemporaryFolder folder;
  const std::string csv =
      folder.write("t.csv", ",C1,C2\nACTB,1,2\n1-Mar,3,4\n2-Mar,5,6\n1-Mar,7,8\n");
  const Dataset dataset = read_dataset(csv);
  EXPECT_THAT(dataset.features.names, ElementsAre("ACTB", "1-Mar", "2-Mar", "1-Mar-1"));
  EXPECT_THAT(dataset.source.notes, Contains(HasSubstr("1-Mar-1")));
}

}  // namespace pipelines_test
}  // namespace mixvae
