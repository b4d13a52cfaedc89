#include "analysis/marker_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"

namespace mixvae::analysis {
namespace marker_table_test {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<MarkedType> table_of(const std::string& text) {
  const support::TemporaryFolder folder;
  return read_marker_table(folder.write("markers.csv", text));
}

std::string refused(const std::string& text) {
  return support::refusal<InputError>([&] { table_of(text); });
}

TEST(MarkerTable, HasARowForEachType) {
  const auto table = table_of(
      "# comment\ntype,up,down\nT cell,CD3D CD8A/CD8,MS4A1\nB cell,\"CD79A; HLA DR;CD19\",\n");
  ASSERT_EQ(table.size(), 2U);
  EXPECT_EQ(table[0].name, "T cell");
  EXPECT_THAT(table[0].up, ElementsAre(MarkerNames{"CD3D"}, MarkerNames{"CD8A", "CD8"}));
  EXPECT_THAT(table[0].down, ElementsAre(MarkerNames{"MS4A1"}));
  EXPECT_THAT(table[1].up,
              ElementsAre(MarkerNames{"CD79A"}, MarkerNames{"HLA DR"}, MarkerNames{"CD19"}));
  EXPECT_THAT(table[1].down, IsEmpty());
}

TEST(MarkerTable, OrARowForEachMarker) {
  const auto table =
      table_of("gene,Cell_type,direction\nCD3D,T,up\nCD79A,B,\nCD3E,T,UP\nMS4A1,T,down\n");
  ASSERT_EQ(table.size(), 2U);
  EXPECT_EQ(table[0].up.size(), 2U);
  EXPECT_THAT(table[0].down, ElementsAre(MarkerNames{"MS4A1"}));
  EXPECT_EQ(table[1].name, "B");
}

TEST(MarkerTable, RefusalsNameTheRow) {
  EXPECT_THAT(refused(""), HasSubstr("empty file"));
  EXPECT_THAT(refused("name,up\nT,CD3D\n"),
              AllOf(HasSubstr("needs the columns type and up"), HasSubstr("columns: name, up")));
  EXPECT_THAT(refused("type,number\nT,3\n"), HasSubstr("needs the columns type and up"));
  EXPECT_THAT(refused("type,up,gene\nT,A,B\n"), HasSubstr("needs the columns"));
  EXPECT_THAT(refused("type,up\n"), HasSubstr("names no cell type"));
  EXPECT_THAT(refused("type,up\nT,CD3D\nB,CD79A,CD19\n"),
              AllOf(HasSubstr("another number of fields"), HasSubstr("line 3")));
  EXPECT_THAT(refused("type,up\nT,CD3D\n,CD79A\n"),
              AllOf(HasSubstr("names no cell type"), HasSubstr("line 3")));
  EXPECT_THAT(refused("type,up\nT,CD3D\nT,CD79A\n"),
              AllOf(HasSubstr("a cell type has two rows"), HasSubstr("line 3")));
  EXPECT_THAT(refused("type,up,down\nT,CD3D,\nB,,CD3D\n"),
              AllOf(HasSubstr("no marker that is up"), HasSubstr("line 3"), HasSubstr("B")));
  EXPECT_THAT(refused("type,up,down\nT,CD3D LYZ,CD3D\n"),
              AllOf(HasSubstr("listed twice"), HasSubstr("T: CD3D")));
  EXPECT_THAT(refused("type,gene,direction\nT,CD3D,sideways\n"),
              AllOf(HasSubstr("no direction"), HasSubstr("line 2"), HasSubstr("'sideways'")));
}

}  // namespace marker_table_test
}  // namespace mixvae::analysis
