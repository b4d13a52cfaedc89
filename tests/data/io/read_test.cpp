#include "data/io/read.hpp"

#include "data/files.hpp"

namespace mixvae {
namespace read_test {

using namespace testing_files;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Read, RecognisesTextByContentAndNotByName) {
  const TemporaryFolder folder;
  const std::string table = "cell,g1,g2\na,1,2\nb,3,4\n";
  EXPECT_EQ(read_dataset(folder.write("misnamed.h5ad", table)).cell_count(), 2);
  EXPECT_EQ(read_dataset(folder.write("packed", gzipped(table))).cell_count(), 2);
}

TEST(Read, DescribesItsOptions) {
  ReadOptions read;
  const Options described = options(read);
  set_option(find_option(described, "orientation"), "cells-in-rows");
  EXPECT_EQ(read.orientation, "cells-in-rows");
  EXPECT_THROW(set_option(find_option(described, "orientation"), "sideways"), UsageError);
}

TEST(Read, RefusesWhatItDoesNotKnow) {
  const TemporaryFolder folder;
  EXPECT_THAT(refusal([&] { read_dataset(folder.path("none.csv")); }),
              HasSubstr("there is no such file"));
  EXPECT_THAT(refusal([&] { read_dataset(folder.write("empty.csv", "")); }),
              HasSubstr("the file is empty"));
  EXPECT_THAT(refusal([&] { read_dataset(folder.write("t.csv", "\x89QNG\r\n\x1a\n\x03")); }),
              AllOf(HasSubstr("the format of this file is not known"),
                    HasSubstr("first bytes: \\x89QNG\\x0d\\x0a\\x1a\\x0a\\x03")));
  EXPECT_THAT(refusal([&] { read_dataset(folder.write("events", "FCS3.0    58  100")); }),
              HasSubstr("ends within the HEADER of an FCS data set"));
}

TEST(Read, RefusesLayersWhereThereIsOneMatrix) {
  const TemporaryFolder folder;
  const std::string path = folder.write("t.csv", "cell,g1,g2\na,1,2\n");
  EXPECT_THAT(refusal([&] { read_dataset(path, {.layer = "raw"}); }),
              AllOf(HasSubstr("there is no layer 'raw'"), HasSubstr("holds one matrix")));
}

TEST(Read, RefusesPackedFilesThatAreReadByPlace) {
  const TemporaryFolder folder;
  for (const char* content : {"\x89HDF\r\n\x1a\n", "\x93NUMPY", "PK\x03\x04"}) {
    const std::string path = folder.write("x.h5ad.gz", gzipped(content));
    EXPECT_THAT(refusal([&] { read_dataset(path); }),
                AllOf(HasSubstr("packed with gzip"), HasSubstr("gunzip")));
  }
}

TEST(ReadRealData, ReadsH5ad) {
  const std::string path = shared_file("conformance/h5ad/pbmc68k_reduced_modern.h5ad");
  MIXVAE_NEEDS(path);
  const Dataset dataset = read_dataset(path);
  EXPECT_EQ(dataset.cell_count(), 700);
  EXPECT_EQ(dataset.feature_count(), 765);
}

TEST(ReadRealData, ReadsEveryKindOfHdf5) {
  MIXVAE_NEEDS(shared_file("worm_neuron"));
  const Dataset worm = read_dataset(shared_file("worm_neuron/worm_neuron_cell.h5"));
  EXPECT_EQ(worm.cell_count(), 4186);
  EXPECT_EQ(worm.feature_count(), 13488);
  const Dataset osmfish =
      read_dataset(shared_file("osmfish_cortex/osmFISH_SScortex_mouse_all_cells.loom"));
  EXPECT_EQ(osmfish.cell_count(), 6471);
  const Dataset tenx =
      read_dataset(shared_file("conformance/tenx/10x_3.0.0_filtered_feature_bc_matrix.h5"));
  EXPECT_EQ(tenx.source.format, "10x-h5");
}

}  // namespace read_test
}  // namespace mixvae
