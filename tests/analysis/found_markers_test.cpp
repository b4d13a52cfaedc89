#include "analysis/found_markers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"

namespace mixvae::analysis {
namespace found_markers_test {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<MarkedType> table_of(const std::string& text) {
  const support::TemporaryFolder folder;
  return read_marker_table(folder.write("markers.csv", text));
}

std::vector<MarkedType> small_table() {
  return table_of("type,up,down\nT,CD3D/CD3 HLA-DRA,MS4A1\nB,CD79A,LYZ CD3D/CD3\nP,PPBP,CD79A\n");
}

TEST(FindMarkers, ByNameCaseSignsAndParts) {
  const FoundMarkers found =
      find_markers(small_table(), {"Cd3d", "HLA.DRA", "152Sm_CD79a", "x"}, "data");
  EXPECT_THAT(found.names, ElementsAre("T", "B"));
  EXPECT_THAT(found.signatures[0].up, ElementsAre(0, 1));
  EXPECT_THAT(found.signatures[0].down, IsEmpty());
  EXPECT_THAT(found.signatures[1].up, ElementsAre(2));
  EXPECT_THAT(found.signatures[1].down, ElementsAre(0));
  EXPECT_THAT(found.missing, ElementsAre("MS4A1", "LYZ", "PPBP"));
  EXPECT_THAT(found.left_out, ElementsAre("P"));
}

TEST(FindMarkers, TheNameAsItStandsComesFirst) {
  const auto table = table_of("type,up\nT,CD3D CD8A/CD8\n");
  const FoundMarkers found = find_markers(table, {"cd3d", "CD3D", "CD8", "CD8A_1"}, "data");
  EXPECT_THAT(found.signatures[0].up, ElementsAre(1, 2));
}

TEST(FindMarkers, AmbiguousPartsAreNobodys) {
  const auto table = table_of("type,up\nT,CD3 CD4 CD5\n");
  const FoundMarkers found = find_markers(table, {"a_CD3", "b_CD3", "CD4", "CD5"}, "data");
  EXPECT_THAT(found.signatures[0].up, ElementsAre(2, 3));
  EXPECT_THAT(found.missing, ElementsAre("CD3"));
}

TEST(FindMarkers, ByTheAnnotationThatHasMost) {
  Table annotations;
  annotations.names = {"E3", "E1", "E2"};
  annotations.set({"length", std::vector<double>{1, 2, 3}});
  annotations.set({"biotype", std::vector<std::string>{"coding", "coding", "coding"}});
  annotations.set({"symbol", std::vector<std::string>{"CD79A", "CD3", ""}});
  const FoundMarkers found = find_markers(table_of("type,up\nT,CD3 E2 LYZ\nB,CD79A CD3\n"),
                                          {"E1", "E2", "E3"}, "data", annotations);
  EXPECT_EQ(found.named_by, "symbol");
  EXPECT_THAT(found.features, ElementsAre("CD3", "E2", "CD79A"));
  EXPECT_THAT(found.signatures[0].up, ElementsAre(0, 1));
  EXPECT_THAT(found.signatures[1].up, ElementsAre(2, 0));
  EXPECT_THAT(found.missing, ElementsAre("LYZ"));
}

TEST(FindMarkers, RefusesUnknownGenesAlone) {
  EXPECT_THAT(support::refusal<InputError>([] {
                find_markers(small_table(), {"ENSG1", "ENSG2"}, "cells.h5ad");
              }),
              AllOf(HasSubstr("no cell type of the table has two markers"),
                    HasSubstr("CD3D/CD3, HLA-DRA"), HasSubstr("ENSG1")));
}

}  // namespace found_markers_test
}  // namespace mixvae::analysis
