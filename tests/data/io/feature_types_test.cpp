#include "data/io/feature_types.hpp"

#include "data/files.hpp"
#include "data/io/read.hpp"

namespace mixvae {
namespace feature_types_test {

using namespace testing_files;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A Matrix Market folder of two cells and four features with these types.
void write_folder(const TemporaryFolder& folder, const std::vector<std::string>& types) {
  std::string features;
  for (std::size_t f = 0; f < types.size(); ++f) {
    const std::string number = std::to_string(f + 1);
    features += "id" + number + "\tname" + number + "\t" + types[f] + "\n";
  }
  folder.write("features.tsv", features);
  folder.write("barcodes.tsv", "c1\nc2\n");
  folder.write("matrix.mtx",
               "%%MatrixMarket matrix coordinate integer general\n4 2 5\n1 1 5\n2 1 900\n3 1 "
               "1\n3 2 6\n4 2 7\n");
}

Dataset read(const std::vector<std::string>& types, const std::string& wanted = "auto") {
  const TemporaryFolder folder;
  write_folder(folder, types);
  ReadOptions options;
  options.feature_types = wanted;
  return read_dataset(folder.path(), options);
}

const std::vector<std::string> kMixed = {"Gene Expression", "Antibody Capture", "Gene Expression",
                                         "Peaks"};

TEST(FeatureTypes, GeneExpressionAloneIsTheDefault) {
  const Dataset dataset = read(kMixed);
  EXPECT_THAT(dataset.features.names, ElementsAre("name1", "name3"));
  EXPECT_THAT(to_dense(dataset.x).values, ElementsAre(5, 1, 0, 6));
  EXPECT_THAT(dataset.source.notes,
              Contains("Of 3 types of features, 2 Gene Expression were taken; left out: 1 Antibody "
                       "Capture, 1 Peaks (--feature-types chooses, 'all' takes everything)."));
  EXPECT_THAT(dataset.source.left_out_types, ElementsAre("Antibody Capture", "Peaks"));
}

TEST(FeatureTypes, TheOptionChooses) {
  EXPECT_THAT(read(kMixed, "all").features.names, ElementsAre("name1", "name2", "name3", "name4"));
  EXPECT_THAT(read(kMixed, "antibody, gene expression").features.names,
              ElementsAre("name1", "name2", "name3"));
  EXPECT_THAT(read(kMixed, "Peaks").features.names, ElementsAre("name4"));
  EXPECT_THAT(refusal([] { read(kMixed, "CRISPR"); }),
              AllOf(HasSubstr("no feature is of type 'CRISPR'"),
                    HasSubstr("Antibody Capture, Gene Expression, Peaks")));
  EXPECT_THAT(refusal([] { read(kMixed, "p"); }), HasSubstr("'p' is a part of several types"));
}

TEST(FeatureTypes, WhereThereIsOneTypeNothingChanges) {
  const Dataset genes = read(std::vector<std::string>(4, "Gene Expression"));
  EXPECT_EQ(genes.feature_count(), 4);
  EXPECT_THAT(genes.source.notes, IsEmpty());
  const Dataset antibodies = read(std::vector<std::string>(4, "Antibody Capture"));
  EXPECT_EQ(antibodies.feature_count(), 4);
  EXPECT_THAT(
      antibodies.source.notes,
      ElementsAre("All features are of type Antibody Capture; they were taken as they are."));
}

TEST(FeatureTypes, SeveralTypesWithoutGenesAreAllTaken) {
  const Dataset dataset = read({"Antibody Capture", "Custom", "Antibody Capture", "Custom"});
  EXPECT_EQ(dataset.feature_count(), 4);
  EXPECT_THAT(dataset.source.notes, Contains(HasSubstr("none of them gene expression")));
}

TEST(FeatureTypes, OtherThirdColumnsAreNoTypes) {
  const Dataset genomes = read({"hg38", "hg38", "mm10", "mm10"});
  EXPECT_EQ(genomes.feature_count(), 4);
  EXPECT_THAT(genomes.source.notes, IsEmpty());
}

}  // namespace feature_types_test
}  // namespace mixvae
