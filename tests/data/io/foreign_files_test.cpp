#include "data/io/foreign_files.hpp"

#include <gmock/gmock.h>

#include "data/arrays.hpp"
#include "data/files.hpp"
#include "data/io/read.hpp"

namespace mixvae {
namespace foreign_files_test {

using namespace testing_files;
using namespace std::string_literals;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Foreign {
  std::string name;
  std::string content;
  std::string what;
  std::string hint;
};

void PrintTo(const Foreign& foreign, std::ostream* out) { *out << foreign.name; }

std::string tar_file() {
  std::string bytes(1024, '\0');
  bytes.replace(0, 8, "GSM1.csv");
  bytes.replace(257, 5, "ustar");
  return bytes;
}

class ForeignFiles : public ::testing::TestWithParam<Foreign> {};

TEST_P(ForeignFiles, AreNamedWithTheWayOut) {
  const TemporaryFolder folder;
  const Foreign& foreign = GetParam();
  const std::string path = folder.write(foreign.name, foreign.content);
  EXPECT_THAT(refusal([&] { read_dataset(path); }),
              AllOf(HasSubstr(foreign.what), HasSubstr(foreign.hint), HasSubstr(foreign.name)));
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, ForeignFiles,
    ::testing::Values(
        Foreign{"a.xlsx", zip_file({{"[Content_Types].xml", "<x/>"}, {"xl/workbook.xml", "<x/>"}}),
                "Excel workbook (.xlsx)", "CSV"},
        Foreign{"a.ods", zip_file({{"mimetype", "x"}, {"content.xml", "<x/>"}}), "(.ods)", "CSV"},
        Foreign{"a.csv.zip", zip_file({{"a.csv", "x"}}), "archive (.zip)", "unzip a.csv.zip"},
        Foreign{"a.xls", "\xd0\xcf\x11\xe0" + std::string(64, '\1'), "(.xls)", "CSV"},
        Foreign{"a.tar", tar_file(), "archive (.tar)", "tar xf a.tar"},
        Foreign{"a.tar.gz", gzipped(tar_file()), "archive (.tar)", "tar xf a.tar.gz"},
        Foreign{"a.bz2", "BZh91AY&SY\1\2\3", "bzip2", "bunzip2 a.bz2"},
        Foreign{"a.xz",
                "\xfd"
                "7zXZ\0\0\4"s,
                "xz (.xz)", "unxz a.xz"},
        Foreign{"a.zst", "\x28\xb5\x2f\xfd\4\1"s, "zstd", "unzstd a.zst"},
        Foreign{"a.7z", "7z\xbc\xaf\x27\x1c\1"s, "(.7z)", "7z x a.7z"},
        Foreign{"a.rds", gzipped("X\n\0\0\0\3\0\4\2\1"s), "R object (.rds)", "readRDS(\"a.rds\")"},
        Foreign{"a.RData", gzipped("RDX3\nX\n\0\0\0\3"s), "R workspace", "load(\"a.RData\")"},
        Foreign{"a.parquet", "PAR1\x15\4\x15\0"s, "Parquet", "read_parquet(\"a.parquet\")"},
        Foreign{"a.feather", "ARROW1\0\0"s, "Feather", "read_feather"},
        Foreign{"a.mat", "MATLAB 5.0 MAT-file, Platform: GLNXA64\0\1\2"s, "MATLAB", "table.csv"},
        Foreign{"b.mat", "MATLAB 7.3 MAT-file, Platform: GLNXA64", "MATLAB", "table.csv"},
        Foreign{"a.db", "SQLite format 3\0\1"s, "SQLite", "CSV"},
        Foreign{"a.pkl", "\x80\4\x95\0\1\2"s, "Python object", ".h5ad"},
        Foreign{"a.png", "\x89PNG\r\n\x1a\n\1", "PNG image", "table"},
        Foreign{"a.tif", "II*\0\1\2"s, "TIFF", "segment"},
        Foreign{"a.bam", gzipped("BAM\1\1\2\3"s), "(.bam)", "count"},
        Foreign{"a.csv", "<!DOCTYPE html>\n<html><body>404</body></html>\n", "web page", "fetch"},
        Foreign{"a.wsp", "<?xml version=\"1.0\"?>\n<Workspace/>\n", "XML", "FCS"},
        Foreign{"a.h5ad", "version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "Git LFS",
                "git lfs pull"},
        Foreign{"a.json", "{\"a\": 1}\n", "JSON", "CSV"},
        Foreign{"a.gct", "#1.2\n2\t2\nName\tDescription\ta\tb\nA\tx\t1\t2\nB\ty\t3\t4\n", "(.gct)",
                "tail -n +3 a.gct"}));

TEST(ForeignFolders, AreNamed) {
  const TemporaryFolder folder;
  folder.write("soma/__tiledb_group.tdb", "");
  EXPECT_THAT(refusal([&] { read_dataset(folder.path("soma")); }), HasSubstr("TileDB"));
  folder.write("run/config.toml", "");
  folder.write("run/model.safetensors", "");
  EXPECT_THAT(refusal([&] { read_dataset(folder.path("run")); }),
              AllOf(HasSubstr("a run of mixvae, not data"), HasSubstr("mixvae assign RUN DATA")));
}

const std::string kMatrix = "gene,c1,c2\nACTB,1,2\nGAPDH,3,4\nCD3E,5,6\n";

TEST(FolderData, OneFileIsTheData) {
  const TemporaryFolder folder;
  folder.write("one/t.csv", kMatrix);
  folder.write("one/README.md", "about");
  EXPECT_THAT(read_dataset(folder.path("one")).cells.names, ElementsAre("c1", "c2"));
  folder.write("array/x.npy",
               npy_file(npy_dictionary("<f4", "(2, 2)"), bytes_of<float>({1, 2, 3, 4})));
  folder.write("array/labels.csv", "type\na\nb\n");
  const Dataset array = read_dataset(folder.path("array"));
  EXPECT_EQ(array.cell_count(), 2);
  EXPECT_THAT(array.source.notes, Contains(HasSubstr("'x.npy' in the folder was read; tables")));
  folder.write("array/y.npy",
               npy_file(npy_dictionary("<f4", "(2, 2)"), bytes_of<float>({1, 2, 3, 4})));
  EXPECT_THAT(refusal([&] { read_dataset(folder.path("array")); }),
              AllOf(HasSubstr("several data sets"), HasSubstr("x.npy, y.npy")));
}

TEST(FolderData, ATableOfCellsBesideTheMatrixIsItsAnnotations) {
  for (const char* name :
       {"cells.csv", "GSE1_metadata.csv", "x.meta.csv", "cell_annotations.csv"}) {
    const TemporaryFolder folder;
    folder.write("expression.csv", kMatrix);
    folder.write(name, "cell,type\nc2,B\nc1,T\n");
    const Dataset dataset = read_dataset(folder.path());
    EXPECT_EQ(as_labels(require_column(dataset.cells, "type", "")).label(0), "T") << name;
    EXPECT_THAT(
        dataset.source.notes,
        Contains(AllOf(HasSubstr("'expression.csv' was taken as the matrix"), HasSubstr(name))));
  }
}

TEST(FolderData, AnnotationsThatDoNotBelongToTheMatrixAreRefused) {
  const TemporaryFolder folder;
  folder.write("expression.csv", kMatrix);
  folder.write("cells.csv", "cell,type\nx2,B\nx1,T\n");
  EXPECT_THAT(refusal([&] { read_dataset(folder.path()); }),
              HasSubstr("names are not those of the cells"));
}

TEST(FolderData, OtherTablesAreSaid) {
  const TemporaryFolder folder;
  folder.write("expression.csv", kMatrix);
  folder.write("cells.csv", "cell,type\nc2,B\nc1,T\n");
  folder.write("labels.csv", "cell,type\nc2,B\nc1,T\n");
  folder.write("var.csv", "gene,length\nACTB,7\n");
  const Dataset dataset = read_dataset(folder.path());
  EXPECT_EQ(dataset.cells.columns.size(), 0U);
  EXPECT_THAT(dataset.source.notes, Contains(HasSubstr("'labels.csv' was left out")));
  EXPECT_THAT(dataset.source.notes, Contains(HasSubstr("'var.csv' was left out")));
}

}  // namespace foreign_files_test
}  // namespace mixvae
