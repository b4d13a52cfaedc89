#include "data/io/table_channels.hpp"

#include "data/files.hpp"
#include "data/io/channel_kinds.hpp"
#include "data/io/read.hpp"
#include "data/prepare/preprocessing.hpp"

namespace mixvae {
namespace table_channels_test {

using namespace testing_files;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(TableChannels, NamesAreTakenApart) {
  const auto parts = [](std::string_view name) {
    const ChannelName found = channel_name(name);
    return found.detector + "|" + found.marker;
  };
  EXPECT_EQ(parts("Comp-FITC-A :: CD3"), "Comp-FITC-A|CD3");
  EXPECT_EQ(parts("FITC-A:CD3"), "FITC-A|CD3");
  EXPECT_EQ(parts("PE-Cy7-A (CD56)"), "PE-Cy7-A|CD56");
  EXPECT_EQ(parts("APC-A <CD8>"), "APC-A|CD8");
  EXPECT_EQ(parts("FSC-A"), "FSC-A|");
  EXPECT_EQ(parts("CD3(Pr141)Dd"), "CD3(Pr141)Dd|");
  EXPECT_EQ(parts("chr1:100-200"), "chr1:100-200|");
}

TEST(TableChannels, CytometersAreTold) {
  using Names = std::vector<std::string>;
  for (const Names& names :
       {Names{"FSC-A", "CD3", "CD4"}, Names{"Comp-FITC-A :: CD3", "Comp-PE-A :: CD4"},
        Names{"FL1-H", "FL2-H"}, Names{"FSC.A", "SSC.A", "BV421.A"},
        Names{"Time", "141Pr_CD3", "Nd142Di", "Er170Di"}, Names{"FITC-A", "PE-A", "Time"}}) {
    EXPECT_TRUE(names_channels(names)) << names.front();
  }
  for (const Names& names :
       {Names{"CD3", "CD4", "CD8", "label"}, Names{"HLA-A", "HLA-B", "SSC5D", "FSCN1"},
        Names{"ACTB", "GAPDH", "Time"}, Names{"CD45", "SMA", "Area"}, Names{"F1", "F2"}}) {
    EXPECT_FALSE(names_channels(names)) << names.front();
  }
}

const std::string kTable =
    "FSC-A,SSC-A,Comp-FITC-A :: CD3,Comp-PE-A :: CD4,Time,label\n"
    "60000,20000,3000.5,-12.5,1,1\n61000,21000,80.25,2500.5,2,2\n"
    "59000,19000,2800.5,40.5,3,1\n60500,20500,-20.25,2600.5,4,\n";

TEST(TableChannels, MarkersOfATableAreChosenAndTransformed) {
  const TemporaryFolder folder;
  const Dataset dataset = read_dataset(folder.write("a.csv", kTable));
  EXPECT_THAT(channel_kinds(dataset), ElementsAre(kScatter, kScatter, kFluorescenceMarker,
                                                  kFluorescenceMarker, kTime, kAnnotation));
  EXPECT_NE(dataset.cells.find("label"), nullptr);
  const Preprocessing fitted = fit_preprocessing(dataset, {});
  EXPECT_THAT(fitted.features, ElementsAre("Comp-FITC-A :: CD3", "Comp-PE-A :: CD4"));
  EXPECT_EQ(fitted.normalise, "arcsinh");
  EXPECT_EQ(fitted.cofactor, 150);
  EXPECT_THAT(fitted.notes, Contains(HasSubstr("2 of 6 channels are markers; left out: scatter: "
                                               "FSC-A, SSC-A; time: Time; annotation: label")));
  EXPECT_EQ(fit_preprocessing(dataset, {.normalise = "none"}).normalise, "none");
}

TEST(TableChannels, OtherTablesStayAsTheyAre) {
  const TemporaryFolder folder;
  const Dataset dataset =
      read_dataset(folder.write("a.csv", "CCR7,CD4,label\n1561.2,1052.6,1\n1362.2,978.1,1\n"));
  EXPECT_TRUE(channel_kinds(dataset).empty());
  EXPECT_THAT(dataset.source.notes, ::testing::Each(::testing::Not(HasSubstr("cytometer"))));
}

}  // namespace table_channels_test
}  // namespace mixvae
