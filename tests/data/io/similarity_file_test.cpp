#include "data/io/similarity_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/files.hpp"
#include "data/small_datasets.hpp"
#include "support/valid_matrix.hpp"

namespace mixvae {
namespace similarity_file_test {

using test::message_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing_files::TemporaryFolder;

const std::vector<std::string> kNames{"a", "b", "c"};

std::string refusal(const std::string& text) {
  const TemporaryFolder folder;
  const std::string path = folder.write("pairs.csv", text);
  return message_of<InputError>([&] { read_similarity(path, kNames); });
}

TEST(SimilarityFile, PairsCountBothWays) {
  const TemporaryFolder folder;
  const CsrMatrix weighted = read_similarity(
      folder.write("p.csv", "from,to,similarity\nc,a,0.25\na,b,1\nb,a,1\n"), kNames);
  EXPECT_TRUE(support::is_valid(weighted));
  EXPECT_THAT(to_dense(weighted).values, ElementsAre(0, 1, 0.25F, 1, 0, 0, 0.25F, 0, 0));
  const CsrMatrix plain = read_similarity(folder.write("q.tsv", "from\tto\nb\tc\n"), kNames);
  EXPECT_THAT(to_dense(plain).values, ElementsAre(0, 0, 0, 0, 0, 1, 0, 1, 0));
}

TEST(SimilarityFile, AMatrixIsReadAsItIs) {
  const TemporaryFolder folder;
  const std::string head = "%%MatrixMarket matrix coordinate real general\n";
  const CsrMatrix matrix =
      read_similarity(folder.write("s.mtx", head + "3 3 2\n1 3 0.5\n3 1 0.5\n"), kNames);
  EXPECT_THAT(to_dense(matrix).values, ElementsAre(0, 0, 0.5F, 0, 0, 0, 0.5F, 0, 0));
  const std::string wide = folder.write("t.mtx", head + "3 2 1\n1 2 0.5\n");
  EXPECT_THAT(message_of<InputError>([&] { read_similarity(wide, kNames); }),
              HasSubstr("another size than the data"));
}

/// A matrix with similarity 0.5 of the first two rows and columns and 1 of the third with itself.
std::string named_matrix(const TemporaryFolder& folder, const std::string& rows,
                         const std::string& columns) {
  folder.write("m/matrix.mtx",
               "%%MatrixMarket matrix coordinate real general\n3 3 3\n1 2 0.5\n2 1 0.5\n3 3 1\n");
  folder.write("m/genes.tsv", columns);
  folder.write("m/barcodes.tsv", rows);
  return folder.path("m");
}

TEST(SimilarityFile, AMatrixWithNamesIsJoinedByThem) {
  const TemporaryFolder folder;
  const CsrMatrix followed =
      read_similarity(named_matrix(folder, "b\nc\na\n", "x\tx\ny\ty\nz\tz\n"), kNames);
  EXPECT_THAT(to_dense(followed).values, ElementsAre(1, 0, 0, 0, 0, 0.5F, 0, 0.5F, 0));
  const CsrMatrix named =
      read_similarity(named_matrix(folder, "b\nc\na\n", "c\tc\nb\tb\na\ta\n"), kNames);
  EXPECT_THAT(to_dense(named).values, ElementsAre(1, 0, 0, 0, 0.5F, 0, 0, 0, 0.5F));
}

TEST(SimilarityFile, RowsThatAreNumberedAreInTheOrderOfTheCells) {
  const TemporaryFolder folder;
  const CsrMatrix matrix =
      read_similarity(named_matrix(folder, "0\n1\n2\n", "0\t0\n1\t1\n2\t2\n"), kNames);
  EXPECT_THAT(to_dense(matrix).values, ElementsAre(0, 0.5F, 0, 0.5F, 0, 0, 0, 0, 1));
}

TEST(SimilarityFile, RefusesAMatrixOfOtherCells) {
  const TemporaryFolder folder;
  const std::string genes = "x\tx\ny\ty\nz\tz\n";
  const auto refusal_of = [&](const std::string& rows, const std::string& columns,
                              const std::vector<std::string>& cells) {
    const std::string path = named_matrix(folder, rows, columns);
    return message_of<InputError>([&] { read_similarity(path, cells); });
  };
  EXPECT_THAT(refusal_of("b\nc\nd\n", genes, kNames), HasSubstr("no 'a'"));
  EXPECT_THAT(refusal_of("b\nc\na\n", "a\ta\ny\ty\nz\tz\n", kNames), HasSubstr("no 'b'"));
  EXPECT_THAT(refusal_of("b\nc\nb\n", genes, kNames), HasSubstr("'b' twice"));
  EXPECT_THAT(refusal_of("b\nc\na\n", genes, {"a", "a", "b"}),
              HasSubstr("two cells of the data named 'a'"));
}

TEST(SimilarityFile, RefusesPairsThatMeanNothing) {
  EXPECT_THAT(refusal("x,y,s\na,d,1\n"), HasSubstr("no cell of this name"));
  EXPECT_THAT(refusal("x,y,s\na,a,1\n"), HasSubstr("paired with itself"));
  EXPECT_THAT(refusal("x,y,s\na,b,1\nb,a,0\n"), HasSubstr("listed twice"));
  for (const std::string bad : {"1.5", "-1", "nan", "much"}) {
    EXPECT_THAT(refusal("x,y,s\na,b," + bad + "\n"), HasSubstr("a similarity is out of range"));
  }
  EXPECT_THAT(refusal("x,y,s,t\na,b,1,1\n"), HasSubstr("no list of pairs"));
}

}  // namespace similarity_file_test
}  // namespace mixvae
