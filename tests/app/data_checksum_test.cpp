#include "app/data_checksum.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mixvae::app {
namespace {

Dataset small() {
  Dataset dataset;
  dataset.x = CsrMatrix{2, 3, {0, 1, 3}, {1, 0, 2}, {2.5F, 1.0F, 3.0F}};
  dataset.cells.names = {"c1", "c2"};
  dataset.features.names = {"g1", "g2", "g3"};
  return dataset;
}

TEST(DataChecksum, EveryChangeOfTheDataShows) {
  EXPECT_THAT(data_checksum(small()), ::testing::MatchesRegex("[0-9a-f]{16}"));
  EXPECT_EQ(data_checksum(small()), data_checksum(small()));
  std::set<std::string> sums{data_checksum(small())};
  Dataset changed = small();
  std::get<CsrMatrix>(changed.x).values[1] = 1.5F;
  sums.insert(data_checksum(changed));
  changed = small();
  std::get<CsrMatrix>(changed.x).column_numbers[0] = 2;
  sums.insert(data_checksum(changed));
  changed = small();
  changed.cells.names[0] = "c3";
  sums.insert(data_checksum(changed));
  changed = small();
  changed.features.names = {"g1", "g3", "g2"};
  sums.insert(data_checksum(changed));
  changed = small();
  changed.x = DenseMatrix(2, 3);
  sums.insert(data_checksum(changed));
  EXPECT_EQ(sums.size(), 6U);
}

TEST(DataChecksum, AnnotationsShowWhereTheyAreAsked) {
  Dataset labelled = small();
  labelled.cells.set({"label", Categorical{{"a", "b"}, {0, 1}, false}});
  std::set<std::string> sums{annotated_checksum(small()), annotated_checksum(labelled)};
  Dataset changed = labelled;
  changed.cells.set({"label", Categorical{{"a", "b"}, {1, 1}, false}});
  sums.insert(annotated_checksum(changed));
  changed.cells.set({"label", Categorical{{"a", "c"}, {1, 1}, false}});
  sums.insert(annotated_checksum(changed));
  changed = labelled;
  changed.features.set({"kind", std::vector<std::string>{"x", "y", "x"}});
  sums.insert(annotated_checksum(changed));
  EXPECT_EQ(sums.size(), 5U);
  EXPECT_EQ(data_checksum(labelled), data_checksum(small()));
}

}  // namespace
}  // namespace mixvae::app
