#include "data/io/feature_names.hpp"

#include "data/files.hpp"
#include "data/io/read.hpp"
#include "data/small_datasets.hpp"

namespace mixvae {
namespace feature_names_test {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing_files::refusal;
using testing_files::TemporaryFolder;

Dataset ids_and_symbols() {
  Dataset dataset = test::dataset_of(DenseMatrix(1, 4));
  dataset.features.names = {"E1", "E2", "E3", "E4"};
  dataset.features.set({"symbol", Categorical{{"A", "B"}, {0, 1, 0, -1}, false}});
  return dataset;
}

TEST(FeatureNames, ComeFromAnAnnotation) {
  Dataset dataset = ids_and_symbols();
  name_features(dataset, "symbol");
  EXPECT_THAT(dataset.features.names, ElementsAre("A", "B", "A-1", "E4"));
  EXPECT_THAT(
      std::get<std::vector<std::string>>(require_column(dataset.features, kNamesInFile, "").values),
      ElementsAre("E1", "E2", "E3", "E4"));
  EXPECT_EQ(dataset.source.feature_names, "symbol");
  EXPECT_THAT(dataset.source.notes,
              ElementsAre(HasSubstr("1 features have no 'symbol'"), HasSubstr("1 feature names")));
}

TEST(FeatureNames, AreTheFilesOwnUnlessAskedFor) {
  Dataset dataset = ids_and_symbols();
  name_features(dataset, kOwnNames);
  EXPECT_THAT(dataset.features.names, ElementsAre("E1", "E2", "E3", "E4"));
  EXPECT_EQ(dataset.source.feature_names, "");
  EXPECT_THAT(dataset.source.notes, IsEmpty());
  EXPECT_EQ(dataset.features.find(kNamesInFile), nullptr);
}

TEST(FeatureNames, MakeUpForMissingOnes) {
  Dataset dataset = ids_and_symbols();
  dataset.source.features_unnamed = true;
  name_features(dataset, "symbol");
  EXPECT_FALSE(dataset.source.features_unnamed);
}

TEST(FeatureNames, AreRefusedWithoutTheAnnotation) {
  Dataset dataset = ids_and_symbols();
  dataset.source.path = "a.h5ad";
  EXPECT_THAT(refusal([&] { name_features(dataset, "symbols"); }),
              AllOf(HasSubstr("no column 'symbols'"),
                    HasSubstr("a.h5ad, annotations of the features"), HasSubstr("symbol")));
}

TEST(FeatureNames, AreChosenWhenAFileIsRead) {
  const TemporaryFolder folder;
  folder.write("m/matrix.mtx",
               "%%MatrixMarket matrix coordinate integer general\n2 3 3\n1 1 5\n2 2 6\n1 3 1\n");
  folder.write("m/barcodes.tsv", "c1\nc2\nc3\n");
  folder.write("m/genes.tsv", "ENSG1\tA\nENSG2\tB\n");
  const std::string path = folder.path("m");
  EXPECT_THAT(read_dataset(path).features.names, ElementsAre("A", "B"));
  EXPECT_THAT(read_dataset(path, {.feature_names = "gene_ids"}).features.names,
              ElementsAre("ENSG1", "ENSG2"));
}

}  // namespace feature_names_test
}  // namespace mixvae
