#include "data/io/npz.hpp"

#include "data/arrays.hpp"
#include "data/files.hpp"
#include "data/io/read.hpp"

namespace mixvae {
namespace npz_test {

using namespace testing_files;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kMatrix =
    npy_file(npy_dictionary("<f4", "(3, 2)"), bytes_of<float>({1, 2, 3, 4, 5, 6}));
const std::string kLabels = npy_file(npy_dictionary("|u1", "(3,)"), "\x01\x02\x01");

TEST(Npz, FindsTheMatrixAndItsAnnotations) {
  const TemporaryFolder folder;
  for (const bool deflated : {false, true}) {
    const std::string path = folder.write(
        "x.npz",
        zip_file({{"counts.npy", kMatrix},
                  {"y.npy", kLabels},
                  {"genes.npy", npy_file(npy_dictionary("|S2", "(2,)"), "G1G2")},
                  {"weight.npy", npy_file(npy_dictionary("<f4", "(2,)"), bytes_of<float>({1, 2}))},
                  {"other.npy", npy_file(npy_dictionary("|u1", "(5,)"), "12345")},
                  {"cells.npy", npy_file(npy_dictionary("|S1", "(3,)"), "abc")}},
                 deflated));
    const Dataset dataset = read_dataset(path);
    EXPECT_EQ(dataset.source.format, "npz");
    EXPECT_EQ(dataset.source.layer, "counts");
    EXPECT_THAT(std::get<DenseMatrix>(dataset.x).values, ElementsAre(1, 2, 3, 4, 5, 6));
    EXPECT_THAT(dataset.features.names, ElementsAre("G1", "G2"));
    EXPECT_THAT(dataset.cells.names, ElementsAre("a", "b", "c"));
    EXPECT_FALSE(dataset.source.cells_unnamed);
    EXPECT_THAT(std::get<std::vector<std::int64_t>>(require_column(dataset.cells, "y", "").values),
                ElementsAre(1, 2, 1));
    EXPECT_NE(dataset.features.find("weight"), nullptr);
    EXPECT_THAT(dataset.source.notes, Contains(HasSubstr("'other' has 5 items")));
  }
}

TEST(Npz, ArraysOfThreeDimensionsAreImages) {
  const TemporaryFolder folder;
  const std::string images = npy_file(npy_dictionary("|u1", "(2, 2, 3)"), std::string(12, '\7'));
  EXPECT_EQ(read_npz(folder.write("x.npz", zip_file({{"x.npy", images}}))).source.image_width, 3);
  EXPECT_EQ(read_dataset(folder.write("x.npy", images)).source.image_width, 3);
  EXPECT_FALSE(read_npz(folder.write("m.npz", zip_file({{"X.npy", kMatrix}}))).source.image_width);
}

TEST(Npz, PrefersTheMemberCalledXAndObeysLayer) {
  const TemporaryFolder folder;
  const std::string one = npy_file(npy_dictionary("|u1", "(1, 1)"), "\x09");
  const std::string path =
      folder.write("x.npz", zip_file({{"X.npy", kMatrix}, {"spliced.npy", one}}));
  EXPECT_EQ(read_npz(path).cell_count(), 3);
  EXPECT_THAT(read_npz(path).source.layers, ElementsAre("X", "spliced"));
  EXPECT_EQ(read_dataset(path, {.layer = "spliced"}).cell_count(), 1);
  EXPECT_THAT(refusal([&] { read_npz(path, "y"); }),
              AllOf(HasSubstr("no member 'y' is a matrix"), HasSubstr("spliced [1, 1]")));
}

TEST(Npz, LeavesOutWhatItCannotReadAndSaysSo) {
  const TemporaryFolder folder;
  const std::string path =
      folder.write("x.npz", zip_file({{"X.npy", kMatrix},
                                      {"o.npy", npy_file(npy_dictionary("|O", "(3,)"), "pickle")},
                                      {"readme.txt", "text"}}));
  EXPECT_THAT(read_npz(path).source.notes,
              ElementsAre(HasSubstr("'o' was left out: the array holds Python objects"),
                          HasSubstr("'readme.txt' is no array")));
}

TEST(Npz, RefusesArchivesWithoutOneMatrix) {
  const TemporaryFolder folder;
  const std::string none = folder.write("none.npz", zip_file({{"y.npy", kLabels}}));
  EXPECT_THAT(refusal([&] { read_npz(none); }), HasSubstr("not clear which member is the matrix"));
  const std::string empty = folder.write("empty.npz", zip_file({}));
  EXPECT_THAT(refusal([&] { read_dataset(empty); }), HasSubstr("no arrays"));
}

std::string sparse_archive(const std::string& format, const std::string& indices) {
  return zip_file(
      {{"format.npy", npy_file(npy_dictionary("|S3", "()"), format)},
       {"shape.npy", npy_file(npy_dictionary("<i8", "(2,)"), bytes_of<std::int64_t>({2, 3}))},
       {"data.npy", npy_file(npy_dictionary("<f4", "(3,)"), bytes_of<float>({5, 6, 7}))},
       {"indices.npy", npy_file(npy_dictionary("|i1", "(3,)"), indices)},
       {"indptr.npy", npy_file(npy_dictionary("<i4", format == "csc" ? "(4,)" : "(3,)"),
                               format == "csc" ? bytes_of<std::int32_t>({0, 1, 2, 3})
                                               : bytes_of<std::int32_t>({0, 2, 3}))}});
}

TEST(Npz, ReadsScipyMatrices) {
  const TemporaryFolder folder;
  const Dataset rows =
      read_dataset(folder.write("csr.npz", sparse_archive("csr", std::string("\x02\x00\x01", 3))));
  EXPECT_THAT(to_dense(rows.x).values, ElementsAre(6, 0, 5, 0, 7, 0));
  EXPECT_TRUE(std::holds_alternative<CsrMatrix>(rows.x));
  EXPECT_THAT(rows.features.names, ElementsAre("F1", "F2", "F3"));
  const Dataset columns =
      read_dataset(folder.write("csc.npz", sparse_archive("csc", std::string("\x00\x01\x00", 3))));
  EXPECT_THAT(to_dense(columns.x).values, ElementsAre(5, 0, 7, 0, 6, 0));
}

TEST(Npz, RefusesScipyMatricesThatDoNotFit) {
  const TemporaryFolder folder;
  const auto refused = [&](const std::string& archive) {
    const std::string path = folder.write("m.npz", archive);
    return refusal([&] { read_npz(path); });
  };
  EXPECT_THAT(refused(sparse_archive("coo", "\x01\x01\x01")), HasSubstr("csr and csc are known"));
  EXPECT_THAT(refused(sparse_archive("csr", "\x01\x03\x01")), HasSubstr("an index of the sparse"));
  EXPECT_THAT(refused(sparse_archive("csr", "\x01\xff\x01")), HasSubstr("an index of the sparse"));
}

TEST(NpzRealData, ReadsTheChosenMember) {
  const std::string path = shared_file("conformance/npy/objs-t-test.npz");
  MIXVAE_NEEDS(path);
  EXPECT_THAT(refusal([&] { read_dataset(path); }),
              AllOf(HasSubstr("names [2, 20], scores [2, 20]"), HasSubstr("--layer")));
  const Dataset scores = read_dataset(path, {.layer = "scores"});
  EXPECT_EQ(scores.cell_count(), 2);
  EXPECT_EQ(std::get<DenseMatrix>(scores.x)(1, 0), 2.845073F);
  const Dataset names = read_dataset(path, {.layer = "names"});
  EXPECT_EQ(std::get<DenseMatrix>(names.x)(0, 1), 15.0F);
}

TEST(NpzRealData, ReadsWhatNumpyAndScipyWrite) {
  const TemporaryFolder folder;
  const std::string out = python(
      "import numpy as np, scipy.sparse as s\nm = np.arange(12.).reshape(3, 4)\n"
      "np.savez_compressed('" +
      folder.path("a.npz") +
      "', X=m, y=np.array(['a', 'b', 'a']))\n"
      "s.save_npz('" +
      folder.path("b.npz") + "', s.csc_matrix(m))\nprint('done')");
  if (out.empty()) {
    GTEST_SKIP() << "numpy or scipy is not here";
  }
  const Dataset dense = read_dataset(folder.path("a.npz"));
  EXPECT_EQ(as_labels(require_column(dense.cells, "y", "")).label(1), "b");
  EXPECT_EQ(to_dense(read_dataset(folder.path("b.npz")).x).values, to_dense(dense.x).values);
}

}  // namespace npz_test
}  // namespace mixvae
