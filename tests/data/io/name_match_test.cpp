#include "data/io/name_match.hpp"

#include <gmock/gmock.h>

#include "data/files.hpp"
#include "data/io/read.hpp"

namespace mixvae {
namespace name_match_test {

using namespace testing_files;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Names = std::vector<std::string>;

struct Pair {
  Names cells;
  Names keys;  // in the order of the cells
};

class MatchingNames : public ::testing::TestWithParam<Pair> {};

TEST_P(MatchingNames, AreJoinedOneToOne) {
  Pair pair = GetParam();
  std::swap(pair.keys.front(), pair.keys.back());
  const auto match = match_names(pair.cells, pair.keys, 2);
  ASSERT_TRUE(match.has_value());
  std::vector<Index> expected = {0, 1, 2};
  std::swap(expected.front(), expected.back());
  EXPECT_EQ(match->rows, expected) << match->rule;
  EXPECT_FALSE(match->rule.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, MatchingNames,
    ::testing::Values(Pair{{"AACC-1", "CCGG-1", "GGTT-1"}, {"AACC", "CCGG", "GGTT"}},
                      Pair{{"AACC", "CCGG", "GGTT"}, {"AACC-1", "CCGG-1", "GGTT-1"}},
                      Pair{{"AACC-1", "CCGG-1", "GGTT-2"}, {"AACC.1", "CCGG.1", "GGTT.2"}},
                      Pair{{"AACC-1", "CCGG-1", "GGTT-1"}, {"s1_AACC-1", "s1_CCGG-1", "s1_GGTT-1"}},
                      Pair{{"s1:AACC", "s1:CCGG", "s2:GGTT"}, {"AACC", "CCGG", "GGTT"}},
                      Pair{{"a_b_AACC", "a_b_CCGG", "a_b_GGTT"}, {"AACC", "CCGG", "GGTT"}},
                      Pair{{"AACC-1", "CCGG-1", "GGTT-1"}, {"AACC-1_s1", "CCGG-1_s1", "GGTT-1_s1"}},
                      Pair{{"AACC-1-0", "CCGG-1-0", "GGTT-1-1"}, {"AACC-1", "CCGG-1", "GGTT-1"}},
                      Pair{{"run:AACCGGTTACx", "run:CCGGTTAAACx", "run:GGTTAACCACx"},
                           {"AACCGGTTAC-1", "CCGGTTAAAC-1", "GGTTAACCAC-1"}}));

TEST(NameMatch, RefusesWhatIsNotOneToOne) {
  EXPECT_FALSE(match_names({"AACC-1", "AACC-2", "GGTT-1"}, {"AACC", "GGTT"}, 1).has_value())
      << "two cells have the same name without the number";
  EXPECT_FALSE(match_names({"AACC", "GGTT"}, {"s1_AACC", "s2_AACC", "s1_GGTT"}, 1).has_value());
  EXPECT_FALSE(
      match_names({"s1_AACCGGTTAC", "s1_CCGGTTAAAC"}, {"s2_AACCGGTTAC", "s2_CCGGTTAAAC"}, 1)
          .has_value())
      << "the same barcodes in other samples";
  EXPECT_FALSE(match_names({"AACCGGTTAC-1", "CCGGTTAAAC-1"}, {"AACCGGTTAC-2", "CCGGTTAAAC-2"}, 1)
                   .has_value());
  EXPECT_FALSE(match_names({"a", "b", "c", "d"}, {"a", "x", "y", "z"}, 2).has_value());
}

TEST(NameMatch, NamesWhatIsRepeated) {
  EXPECT_EQ(match_names({"a", "a", "b"}, {"a", "b"}, 2)->repeated, "a");
  EXPECT_EQ(match_names({"a", "b"}, {"a", "b", "b"}, 1)->repeated, "b");
  EXPECT_EQ(match_names({"a", "b", "x", "x"}, {"a", "b", "y", "y"}, 2)->repeated, "")
      << "names that do not meet may repeat";
}

class JoinedNames : public ::testing::Test {
 protected:
  Dataset joined(const std::string& cells, const std::string& table,
                 const std::string& key = "") const {
    return read_dataset(folder_.write("data.csv", cells),
                        {.annotations = folder_.write("t.csv", table) + key});
  }
  static std::string label(const Dataset& dataset, const std::string& column, Index cell) {
    return std::string(as_labels(require_column(dataset.cells, column, "")).label(cell));
  }
  TemporaryFolder folder_;
};

const std::string kThree = "cell,g1,g2\nAACC-1,1,2\nCCGG-1,3,4\nGGTT-1,5,6\n";

TEST_F(JoinedNames, OtherCellsAreRefusedWithExamplesOfBoth) {
  EXPECT_THAT(refusal([&] { joined(kThree, "barcode,type\nTTTT-1,a\nTTTA-1,b\nTTTC-1,a\n"); }),
              AllOf(HasSubstr("names are not those of the cells"), HasSubstr("TTTT-1, TTTA-1"),
                    HasSubstr("AACC-1, CCGG-1"), HasSubstr("FILE:row")));
  const Dataset by_row = joined(kThree, "barcode,type\nTTTT-1,a\nTTTA-1,b\nTTTC-1,a\n", ":row");
  EXPECT_EQ(label(by_row, "type", 1), "b");
  EXPECT_THAT(by_row.source.notes, Contains(HasSubstr("by row, as asked")));
  EXPECT_THAT(refusal([&] { joined(kThree, "barcode,type\nTTTT-1,a\n", ":row"); }),
              HasSubstr("neither by name nor by row"));
}

TEST_F(JoinedNames, RulesAreSaid) {
  const Dataset dataset = joined(kThree, "barcode,type\nGGTT,a\nAACC,b\nCCGG,c\n");
  EXPECT_EQ(label(dataset, "type", 0), "b");
  EXPECT_THAT(dataset.source.notes, Contains(HasSubstr("(-1) in the cells' names was left out")));
  EXPECT_EQ(label(joined(kThree, "barcode,type\nGGTT,a\nAACC,b\nCCGG,c\n", ":barcode"), "type", 2),
            "a");
}

TEST_F(JoinedNames, AnyColumnMayHoldThem) {
  EXPECT_EQ(label(joined(kThree, "type,n,bc\na,1,GGTT-1\nb,2,AACC-1\nb,3,CCGG-1\n"), "type", 2),
            "a");
}

TEST_F(JoinedNames, NumbersOfRowsAreNoNames) {
  const Dataset dataset = joined(kThree, ",type\n0,a\n1,b\n2,c\n");
  EXPECT_EQ(label(dataset, "type", 1), "b");
  EXPECT_THAT(dataset.source.notes, Contains(HasSubstr("the annotations have no names")));
}

TEST_F(JoinedNames, UnnamedCellsAreJoinedByRow) {
  const Dataset dataset = joined("g1,g2\n1,2\n3,4\n5,6\n", "barcode,type\nx,a\ny,b\nz,c\n");
  EXPECT_EQ(label(dataset, "type", 2), "c");
  EXPECT_THAT(dataset.source.notes, Contains(HasSubstr("the cells have no names")));
}

TEST_F(JoinedNames, ATableWithoutAHeaderIsJoinedByItsNames) {
  const Dataset dataset = joined(kThree, "CCGG-1,b\nGGTT-1,c\nAACC-1,a\n");
  EXPECT_EQ(label(dataset, "column 2", 0), "a");
  EXPECT_EQ(label(dataset, "column 2", 1), "b");
}

const std::string kTwice =
    "cell,sample,g1,g2\nAACC-1,s1,1,2\nCCGG-1,s1,3,4\nAACC-1,s2,5,6\nCCGG-1,s2,7,8\n";

TEST_F(JoinedNames, RepeatedOnesNeedALabelThatTellsThemApart) {
  const Dataset dataset =
      joined(kTwice, "barcode,sample,type\nCCGG-1,s2,d\nAACC-1,s1,a\nCCGG-1,s1,b\nAACC-1,s2,c\n");
  EXPECT_EQ(label(dataset, "type", 0), "a");
  EXPECT_EQ(label(dataset, "type", 2), "c");
  EXPECT_THAT(dataset.source.notes, Contains(HasSubstr("together with 'sample'")));
  for (const char* key : {"", ":barcode"}) {
    EXPECT_THAT(refusal([&] { joined(kTwice, "barcode,type\nAACC-1,a\nCCGG-1,b\n", key); }),
                AllOf(HasSubstr("'AACC-1' stands for 2 cells and in 1 rows"), HasSubstr("t.csv")));
  }
  EXPECT_THAT(refusal([&] { joined(kThree, "barcode,type\nAACC-1,a\nAACC-1,b\nCCGG-1,c\n"); }),
              HasSubstr("values of column 'barcode' are repeated, such as 'AACC-1' in 2 rows"));
}

}  // namespace name_match_test
}  // namespace mixvae
