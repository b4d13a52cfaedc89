#include "data/io/npy_writer.hpp"

#include "data/files.hpp"
#include "data/io/npy.hpp"
#include "data/io/npz.hpp"
#include "data/io/zip.hpp"
#include "data/io/zip_writer.hpp"
#include "data/small_datasets.hpp"

namespace mixvae {
namespace npy_writer_test {

using namespace testing_files;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string whole(const NpyContent& array) { return array.header + std::string(array.data()); }

const std::vector<std::string> kNames = {"c1", "", "größe", "\xf0\x9f\x99\x82 end", "a\xff z"};

TEST(NpyWriter, IsReadBackEqual) {
  const DenseMatrix matrix = test::dense(2, 3, {1, 2.5F, -3, 0, 1e-30F, 6});
  const std::string bytes = whole(npy_content(matrix));
  EXPECT_EQ(npy_matrix(parse_npy(bytes, ""), "").values, matrix.values);
  const std::vector<double> numbers{0.1, -2};
  const std::string of_numbers = whole(npy_content(numbers));
  EXPECT_EQ(npy_numbers(parse_npy(of_numbers, ""), ""), numbers);
  const std::string of_names = whole(npy_content(kNames));
  const NpyArray texts = parse_npy(of_names, "");
  EXPECT_THAT(texts.shape, ElementsAre(5));
  EXPECT_THAT(npy_texts(texts),
              ElementsAre("c1", "", "größe", "\xf0\x9f\x99\x82 end", "a\xef\xbf\xbd z"));
}

TEST(NpyWriter, AlignsTheItems) {
  for (const Index rows : {1, 12345, 1234567890}) {
    DenseMatrix matrix;
    matrix.rows = rows;
    EXPECT_EQ(npy_content(matrix).header.size() % 64, 0U);
    EXPECT_EQ(npy_content(matrix).header.back(), '\n');
  }
}

TEST(NpyWriter, RefusesTextsThatWouldFillTheMemory) {
  std::vector<std::string> names(20000, "c");
  names.front() = std::string(1 << 20, 'x');
  try {
    npy_content(names);
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("too long for an array of numpy"),
                                    HasSubstr("20,000 texts, the longest of 1,048,576")));
  }
}

TEST(NpyWriter, MakesArchivesThatAreReadBack) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a.npz");
  const DenseMatrix matrix = test::dense(2, 2, {1, 2, 3, 4});
  write_npz(path, {{"X", npy_content(matrix)},
                   {"obs_names", npy_content(std::vector<std::string>{"a", "ä"})},
                   {"kind", npy_content(std::vector<std::int64_t>{7, -8})},
                   {"arm", npy_item(std::int64_t{2})}});
  const Dataset dataset = read_npz(path);
  EXPECT_EQ(std::get<DenseMatrix>(dataset.x).values, matrix.values);
  EXPECT_THAT(dataset.cells.names, ElementsAre("a", "ä"));
  EXPECT_EQ(as_labels(require_column(dataset.cells, "kind", "")).label(1), "-8");
}

TEST(NpyWriter, WritesWhatNumpyReads) {
  const TemporaryFolder folder;
  const DenseMatrix matrix = test::dense(2, 2, {1, 2, 3, 4});
  write_npy(folder.path("m.npy"), npy_content(matrix));
  write_npz(folder.path("a.npz"), {{"names", npy_content(kNames)},
                                   {"truths", npy_content(std::vector<bool>{true, false})},
                                   {"text", npy_item(std::string("leiden"))},
                                   {"number", npy_item(0.5)},
                                   {"none", npy_content(std::vector<std::string>())}});
  const std::string out =
      python("import numpy as np\nm = np.load('" + folder.path("m.npy") + "')\na = np.load('" +
             folder.path("a.npz") +
             "')\nprint(m.tolist(), m.dtype, ascii(a['names'].tolist()), a['truths'].tolist(), "
             "a['text'][()], float(a['number']), a['none'].shape)");
  if (out.empty()) {
    GTEST_SKIP() << "numpy is not here";
  }
  EXPECT_EQ(out,
            "[[1.0, 2.0], [3.0, 4.0]] float32 "
            "['c1', '', 'gr\\xf6\\xdfe', '\\U0001f642 end', 'a\\ufffd z'] "
            "[True, False] leiden 0.5 (0,)\n");
}

/// Where small numbers count as too large, every member and the directory need the extension.
TEST(ZipWriter, UsesSixtyFourBitsWhereNeeded) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a.zip");
  AtomicFile file(path);
  ZipWriter archive(file, 40);
  archive.add("short", {"ab", "c"});
  archive.add("long", {std::string(100, 'x')});
  archive.finish();
  file.commit();
  const std::string out = python("import zipfile\nz = zipfile.ZipFile('" + path +
                                 "')\nprint(z.testzip(), [(i.filename, i.file_size, "
                                 "i.extract_version) for i in z.infolist()], z.read('short'))");
  if (out.empty()) {
    GTEST_SKIP() << "Python is not here";
  }
  EXPECT_EQ(out, "None [('short', 3, 20), ('long', 100, 45)] b'abc'\n");
}

TEST(ZipWriter, AnEmptyArchiveIsOne) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a.zip");
  AtomicFile file(path);
  ZipWriter(file).finish();
  file.commit();
  std::ifstream in(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  EXPECT_TRUE(zip_members(bytes, path).empty());
}

}  // namespace npy_writer_test
}  // namespace mixvae
