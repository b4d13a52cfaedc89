#include "data/io/folder.hpp"

#include "data/files.hpp"
#include "data/io/channel_kinds.hpp"
#include "data/io/fcs/fcs_draft.hpp"

namespace mixvae {
namespace folder_test {

using namespace testing_files;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> labels(const Dataset& dataset, const std::string& column) {
  const Categorical found = as_labels(require_column(dataset.cells, column, ""));
  std::vector<std::string> texts;
  for (Index cell = 0; cell < dataset.cell_count(); ++cell) {
    texts.emplace_back(found.label(cell));
  }
  return texts;
}

TEST(Folder, ChannelsAreJoinedByMarker) {
  const TemporaryFolder folder;
  folder.write("s10.fcs", float_draft().bytes());
  FcsDraft other = float_draft();  // the markers exchanged, and one more
  other.set("$P1S", "CD4");
  other.set("$P2S", "CD3");
  other.set("$PAR", "3");
  other.set("$TOT", "2");
  other.set("$P3N", "C");
  other.set("$P3S", "CD8");
  other.set("$P3B", "32");
  folder.write("s9.fcs", other.bytes());
  folder.write("notes.txt", "nothing");
  folder.write("panel.csv", "a,b\n1,2\n");
  const Dataset dataset = read_dataset(folder.path());
  EXPECT_THAT(dataset.features.names, ElementsAre("CD4", "CD3"));  // s9 stands before s10
  EXPECT_THAT(to_dense(dataset.x).values, ElementsAre(1, 2, 4, 5, 2, 1, 4, 3, 6, 5));
  EXPECT_THAT(labels(dataset, "file"),
              ElementsAre("s9.fcs", "s9.fcs", "s10.fcs", "s10.fcs", "s10.fcs"));
  EXPECT_THAT(labels(dataset, "sample"), ElementsAre("s9", "s9", "s10", "s10", "s10"));
  EXPECT_EQ(dataset.cells.names[3], "s10:C2");
  EXPECT_EQ(dataset.source.format, "fcs");
  ASSERT_EQ(dataset.source.files.size(), 2U);
  EXPECT_EQ(dataset.source.files[1].cells, 3);
  EXPECT_THAT(dataset.source.notes, Contains(HasSubstr("1 features are not in all 2 files")));
  EXPECT_THAT(dataset.source.notes, Contains(HasSubstr("CD8 (in 1)")));
  EXPECT_EQ(channel_kinds(dataset).size(), 2U);
}

TEST(Folder, FilesThatShareNoMarkerAreJoinedByDetectorOnly) {
  const TemporaryFolder folder;
  folder.write("a.csv", "FSC-A,SSC-A,FITC-A :: CD3,PE-A :: CD4\n1,2,3,4\n");
  folder.write("b.csv", "FSC-A,SSC-A,FITC-A :: CD8,PE-A :: CD19\n5,6,7,8\n");
  EXPECT_THAT(refusal([&] { read_dataset(folder.path()); }),
              AllOf(HasSubstr("share no marker"), HasSubstr("FITC-A :: CD3"),
                    HasSubstr("--join-by detector")));
  ReadOptions by_detector;
  by_detector.join_by = "detector";
  const Dataset dataset = read_dataset(folder.path(), by_detector);
  EXPECT_THAT(dataset.features.names, ElementsAre("FSC-A", "SSC-A", "FITC-A", "PE-A"));
  EXPECT_THAT(to_dense(dataset.x).values, ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
  EXPECT_EQ(marker_features(dataset).size(), 2U);
}

TEST(Folder, OtherTablesHaveNoDetectors) {
  const TemporaryFolder folder;
  folder.write("a.csv", "cell,g1,g2\nx,1,2\ny,2,3\n");
  folder.write("b.csv", "cell,g1,g2\nz,1,2\nu,2,3\n");
  ReadOptions by_detector;
  by_detector.join_by = "detector";
  EXPECT_THAT(refusal([&] { read_dataset(folder.path(), by_detector); }),
              AllOf(HasSubstr("no detectors to join by"), HasSubstr("a.csv")));
}

TEST(Folder, EmptyFilesAreSkippedAndSaid) {
  const TemporaryFolder folder;
  folder.write("a.fcs", float_draft().bytes());
  folder.write("b.fcs", "");
  EXPECT_THAT(read_dataset(folder.path()).source.notes,
              Contains("1 file holds no cells and was skipped: b.fcs."));
  const TemporaryFolder tables;
  tables.write("a.csv", "cell,g1,g2\nx,1,2\ny,2,3\n");
  tables.write("b.csv", "cell,g1,g2\n");
  tables.write("c.csv", "");
  const Dataset dataset = read_dataset(tables.path());
  EXPECT_EQ(dataset.cell_count(), 2);
  EXPECT_THAT(dataset.source.notes,
              Contains("2 files hold no cells and were skipped: b.csv, c.csv."));
  const TemporaryFolder nothing;
  nothing.write("a.csv", "");
  nothing.write("b.csv", "");
  EXPECT_THAT(refusal([&] { read_dataset(nothing.path()); }),
              HasSubstr("2 files, 2 of them empty"));
}

TEST(Folder, IsCompensatedWhereAFileIs) {
  const TemporaryFolder folder;
  FcsDraft spilled = float_draft();
  spilled.set("$SPILLOVER", "2,A,B,1,0.1,0.2,1");
  folder.write("a.fcs", float_draft().bytes());
  EXPECT_EQ(read_dataset(folder.path()).source.compensated, std::nullopt);
  folder.write("b.fcs", spilled.bytes());
  folder.write("c.fcs", float_draft().bytes());
  EXPECT_EQ(read_dataset(folder.path()).source.compensated, true);
  EXPECT_EQ(read_dataset(folder.path(), {.compensate = "no"}).source.compensated, false);
}

TEST(Folder, MixedCompensationIsSaidWithTheFiles) {
  const TemporaryFolder folder;
  FcsDraft spilled = float_draft();
  spilled.set("$SPILLOVER", "2,A,B,1,0.1,0.2,1");
  folder.write("a.fcs", spilled.bytes());
  folder.write("b.fcs", spilled.bytes());
  const auto mixed = Contains(HasSubstr("uncompensated files are mixed"));
  EXPECT_THAT(read_dataset(folder.path()).source.notes, Not(mixed));
  folder.write("c.fcs", float_draft().bytes());
  EXPECT_THAT(read_dataset(folder.path()).source.notes,
              AllOf(mixed, Contains(HasSubstr("in 1 of 3 (c.fcs)"))));
  EXPECT_THAT(read_dataset(folder.path(), {.compensate = "no"}).source.notes, Not(mixed));
}

TEST(Folder, SampleIsTheFileAlsoWhereTheTablesHaveSuchAColumn) {
  const TemporaryFolder folder;
  folder.write("a.csv", "cell,sample,g1,g2\nx,u,1,2\ny,v,3,4\n");
  folder.write("b.csv", "cell,sample,g1,g2\nx,u,5,6\n");
  const Dataset dataset = read_dataset(folder.path());
  EXPECT_THAT(labels(dataset, "sample"), ElementsAre("a", "a", "b"));
  EXPECT_THAT(dataset.source.notes, Contains(HasSubstr("own column 'sample' was left out")));
}

TEST(Folder, TablesAreJoinedWithTheirAnnotations) {
  const TemporaryFolder folder;
  folder.write("a.csv", "cell,type,g1,g2\nx,T,1,2\ny,B,3,4\n");
  folder.write("b.csv.gz", gzipped("cell,type,g2,g1\nx,T,5,6\n"));
  const Dataset dataset = read_dataset(folder.path());
  EXPECT_THAT(dataset.features.names, ElementsAre("g1", "g2"));
  EXPECT_THAT(to_dense(dataset.x).values, ElementsAre(1, 2, 3, 4, 6, 5));
  EXPECT_THAT(dataset.cells.names, ElementsAre("a:x", "a:y", "b:x"));
  EXPECT_THAT(labels(dataset, "type"), ElementsAre("T", "B", "T"));
  EXPECT_THAT(labels(dataset, "file"), ElementsAre("a.csv", "a.csv", "b.csv.gz"));
}

TEST(Folder, ASampleSheetIsJoinedByFile) {
  const TemporaryFolder folder;
  folder.write("data/a.fcs", float_draft().bytes());
  folder.write("data/b.fcs", float_draft().bytes());
  const std::string sheet =
      folder.write("sheet.csv", "file,condition\nb.fcs,ill\na.fcs,well\nc.fcs,ill\n");
  const Dataset dataset = read_dataset(folder.path("data"), {.annotations = sheet + ":file"});
  EXPECT_THAT(labels(dataset, "condition"),
              ElementsAre("well", "well", "well", "ill", "ill", "ill"));
  EXPECT_EQ(labels(dataset, "file").front(), "a.fcs");
  folder.write("sheet.csv", "file,condition\nx.fcs,ill\ny.fcs,well\n");
  EXPECT_THAT(refusal([&] { read_dataset(folder.path("data"), {.annotations = sheet + ":file"}); }),
              HasSubstr("no value of the cells' 'file'"));
  folder.write("sheet.csv", "file,condition\na.fcs,ill\na.fcs,well\n");
  EXPECT_THAT(refusal([&] { read_dataset(folder.path("data"), {.annotations = sheet + ":file"}); }),
              HasSubstr("are repeated"));
}

TEST(Folder, OtherFoldersAreRefused) {
  const TemporaryFolder folder;
  folder.write("readme.txt", "nothing");
  EXPECT_THAT(refusal([&] { read_folder(folder.path(), {}); }),
              HasSubstr("holds no data that can be read"));
  folder.write("a.csv", "cell,g1,g2\nx,1,2\ny,2,3\n");
  folder.write("b.csv", "cell,g1,h2\nx,1,2\ny,2,3\n");
  EXPECT_THAT(refusal([&] { read_folder(folder.path(), {}); }),
              HasSubstr("share fewer than 2 features"));
}

}  // namespace folder_test
}  // namespace mixvae
