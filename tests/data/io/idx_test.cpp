#include "data/io/idx.hpp"

#include <algorithm>
#include <numeric>

#include "data/arrays.hpp"
#include "data/files.hpp"
#include "data/io/read.hpp"

namespace mixvae {
namespace idx_test {

using namespace testing_files;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Idx, FlattensImagesAndFindsTheirLabels) {
  const TemporaryFolder folder;
  const std::string path =
      folder.write("t10k-images-idx3-ubyte.gz",
                   gzipped(idx_file({2, 1, 3}, std::string("\x00\x01\x02\xff\x04\x05", 6))));
  EXPECT_TRUE(read_dataset(path).cells.columns.empty());
  folder.write("t10k-labels-idx1-ubyte", idx_file({2}, "\x07\x09"));
  const Dataset dataset = read_dataset(path);
  EXPECT_EQ(dataset.source.format, "idx");
  EXPECT_THAT(std::get<DenseMatrix>(dataset.x).values, ElementsAre(0, 1, 2, 255, 4, 5));
  EXPECT_EQ(dataset.feature_count(), 3);
  EXPECT_EQ(dataset.source.image_width, 3);
  EXPECT_THAT(
      std::get<std::vector<std::int64_t>>(require_column(dataset.cells, "label", "").values),
      ElementsAre(7, 9));
}

TEST(Idx, RefusesWhatIsIncomplete) {
  const TemporaryFolder folder;
  const auto refused = [&](const std::string& content) {
    const std::string path = folder.write("images", content);
    return refusal([&] { read_idx(path); });
  };
  EXPECT_THAT(
      refused(idx_file({2, 2, 2}, "1234567")),
      AllOf(HasSubstr("the IDX file is cut off"), HasSubstr("7 bytes"), HasSubstr("8 bytes")));
  EXPECT_THAT(refused(idx_file({4294967295U, 4294967295U, 4294967295U}, "1")),
              HasSubstr("cut off"));
  EXPECT_THAT(refused(idx_file({1, 1, 1}, "12")), HasSubstr("longer than it says"));
  EXPECT_THAT(refused(idx_file({0, 2, 2}, "")), HasSubstr("the matrix is empty"));
  EXPECT_THAT(refused(idx_file({1, 2, 2}, "").substr(0, 12)), HasSubstr("not a complete IDX file"));
}

TEST(Idx, RefusesLabelsThatDoNotFitOrStandAlone) {
  const TemporaryFolder folder;
  const std::string path = folder.write("a-images", idx_file({1, 1, 1}, "1"));
  const std::string labels = folder.write("a-labels", idx_file({2}, "12"));
  EXPECT_THAT(refusal([&] { read_idx(path); }),
              AllOf(HasSubstr("not as many labels as images"), HasSubstr("2 labels")));
  EXPECT_THAT(refusal([&] { read_dataset(labels); }), HasSubstr("holds labels, not images"));
}

TEST(IdxRealData, ReadsMnist) {
  const std::string path = shared_file("mnist/train-images-idx3-ubyte.gz");
  MIXVAE_NEEDS(path);
  const Dataset dataset = read_dataset(path);
  EXPECT_EQ(dataset.cell_count(), 60000);
  EXPECT_EQ(dataset.feature_count(), 784);
  const auto& values = std::get<DenseMatrix>(dataset.x).values;
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  EXPECT_NEAR(sum / 255 / static_cast<double>(values.size()), 0.13066, 5e-6);
  const auto& labels =
      std::get<std::vector<std::int64_t>>(require_column(dataset.cells, "label", "").values);
  EXPECT_EQ(std::ranges::count(labels, 0), 5923);
  EXPECT_EQ(std::ranges::count(labels, 9), 5949);
}

}  // namespace idx_test
}  // namespace mixvae
