#include "app/fcs_output.hpp"

#include <cmath>
#include <filesystem>
#include <limits>

#include "app/output_format.hpp"
#include "data/files.hpp"
#include "data/io/fcs/fcs_draft.hpp"
#include "data/io/fcs/file.hpp"
#include "data/io/fcs/read_fcs.hpp"
#include "data/io/read.hpp"

namespace mixvae::app {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;
using namespace testing_files;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Results of `cells` cells: types T1, T2, none, T1, T2, none, ..., states that count.
Additions results(Index cells) {
  Additions additions;
  Categorical types{{"T1", "T2"}, {}, false};
  std::vector<double> shares;
  for (Index i = 0; i < cells; ++i) {
    types.codes.push_back(i % 3 == 2 ? -1 : static_cast<std::int32_t>(i % 3));
    shares.push_back(i % 3 == 2 ? kNone : 0.5 + static_cast<double>(i) / 16);
  }
  additions.cells.push_back({"m_type", types});
  additions.cells.push_back({"m_type_prob", shares});
  additions.cells.push_back(
      {"m_remark", std::vector<std::string>(static_cast<std::size_t>(cells), "a text")});
  for (const char* name : {"X_m_state", "X_m_state_arm2", "X_umap", "m_type_probs", "X_m_latent"}) {
    DenseMatrix array(cells, 2);
    for (Index i = 0; i < cells; ++i) {
      array(i, 0) = static_cast<float>(i);
      array(i, 1) = std::numeric_limits<float>::infinity();
    }
    additions.arrays[name] = array;
  }
  additions.record = "m";
  return additions;
}

std::vector<float> column(const Dataset& dataset, const std::string& name) {
  const auto& names = dataset.features.names;
  const auto at = static_cast<Index>(std::ranges::find(names, name) - names.begin());
  std::vector<float> values;
  const DenseMatrix x = to_dense(dataset.x);
  for (Index i = 0; i < x.rows; ++i) {
    values.push_back(x(i, at));
  }
  return values;
}

struct FcsOutput : ::testing::Test {
  TemporaryFolder folder;
  std::string source = folder.write("in.fcs", float_draft().bytes());

  /// A folder of two files of three events each.
  Dataset of_folder() const {
    folder.write("data/a.fcs", float_draft().bytes());
    FcsDraft other = float_draft();
    other.data = float_bytes(7) + float_bytes(8) + float_bytes(9) + float_bytes(10) +
                 float_bytes(11) + float_bytes(12);
    folder.write("data/b.fcs", other.bytes());
    return read_dataset(folder.path("data"));
  }
};

TEST_F(FcsOutput, NumbersTypesAndStatesAreChannelsAndTextsAreNot) {
  write_fcs_results(source, results(3), 0, 3, folder.path("out.fcs"));
  const Dataset out = read_fcs(folder.path("out.fcs"));
  EXPECT_THAT(out.features.names,
              UnorderedElementsAre("CD3", "CD4", "m_type", "m_type_prob", "m_state_1", "m_state_2",
                                   "m_state_arm2_1", "m_state_arm2_2", "umap_1", "umap_2"));
  EXPECT_THAT(column(out, "CD4"), ElementsAre(2, 4, 6));
  EXPECT_THAT(column(out, "m_state_1"), ElementsAre(0, 1, 2));
}

TEST_F(FcsOutput, NoTypeAndWhatIsNotFiniteAreZero) {
  write_fcs_results(source, results(3), 0, 3, folder.path("out.fcs"));
  const Dataset out = read_fcs(folder.path("out.fcs"));
  EXPECT_THAT(column(out, "m_type"), ElementsAre(1, 2, 0));
  EXPECT_THAT(column(out, "m_type_prob"), ElementsAre(0.5F, 0.5625F, 0));
  EXPECT_THAT(column(out, "m_state_2"), ElementsAre(0, 0, 0));
}

TEST_F(FcsOutput, AKeywordTellsTheTypes) {
  write_fcs_results(source, results(3), 0, 3, folder.path("out.fcs"));
  EXPECT_EQ(fcs::open_file(folder.path("out.fcs")).keywords.text("M_TYPE"), "1=T1, 2=T2");
}

TEST_F(FcsOutput, CellsAreTakenFromWhereTheFileBegins) {
  write_fcs_results(source, results(7), 4, 3, folder.path("out.fcs"));
  const Dataset out = read_fcs(folder.path("out.fcs"));
  EXPECT_THAT(column(out, "m_type"), ElementsAre(2, 0, 1));
  EXPECT_THAT(column(out, "m_state_1"), ElementsAre(4, 5, 6));
}

TEST_F(FcsOutput, EveryFileOfAFolderGetsTheResultsOfItsOwnCells) {
  const Dataset data = of_folder();
  const std::string out = folder.path("made/deeper");
  EXPECT_THAT(folder_result_files(out, data), ElementsAre(out + "/a.fcs", out + "/b.fcs"));
  write_folder_results(out, data, results(6));
  EXPECT_THAT(column(read_fcs(out + "/a.fcs"), "m_state_1"), ElementsAre(0, 1, 2));
  EXPECT_THAT(column(read_fcs(out + "/b.fcs"), "m_state_1"), ElementsAre(3, 4, 5));
  EXPECT_THAT(column(read_fcs(out + "/b.fcs"), "CD3"), ElementsAre(7, 9, 11));
}

TEST_F(FcsOutput, TheFolderOfTheDataIsRefused) {
  const Dataset data = of_folder();
  try {
    folder_result_files(folder.path("data/../data"), data);
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("would replace the data"), HasSubstr("--out")));
  }
}

TEST_F(FcsOutput, AFileInPlaceOfTheFolderIsAFaultOfTheSystem) {
  const Dataset data = of_folder();
  try {
    write_folder_results(folder.path("in.fcs"), data, results(6));
    FAIL() << "accepted";
  } catch (const SystemError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("folder cannot be made"), HasSubstr("in.fcs")));
  }
}

TEST_F(FcsOutput, FilesOfSeveralDataSetsAreRefusedBeforeAnyWork) {
  const std::string two = folder.write("two.fcs", two_data_sets());
  EXPECT_THAT(
      refusal([&] { require_matching_input(OutputFormat::fcs, "out.fcs", read_dataset(two)); }),
      AllOf(HasSubstr("several data sets"), HasSubstr("two.fcs")));
  of_folder();
  folder.write("data/c.fcs", two_data_sets());
  const Dataset data = read_dataset(folder.path("data"));
  EXPECT_THAT(refusal([&] { require_matching_input(OutputFormat::folder, "out/", data); }),
              AllOf(HasSubstr("several data sets"), HasSubstr("c.fcs")));
  EXPECT_NO_THROW(require_matching_input(OutputFormat::h5ad, "out.h5ad", data));
  EXPECT_NO_THROW(require_matching_input(OutputFormat::fcs, "out.fcs", read_dataset(source)));
}

}  // namespace
}  // namespace mixvae::app
