#include "data/io/csv_layout.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mixvae {
namespace csv_layout_test {

using ::testing::ElementsAre;
using Field = CsvLayout::Field;

TEST(CsvLayout, TakesTextThatDiffersInEveryRecordAsNames) {
  const CsvLayout named =
      recognise_layout({"sample", "a", "b"}, {{"x", "1", "2"}, {"y", "3", "4"}});
  EXPECT_THAT(named.fields, ElementsAre(Field::row_name, Field::number, Field::number));
  EXPECT_EQ(named.corner, "sample");
  const CsvLayout labelled = recognise_layout({"type", "a"}, {{"T", "1"}, {"T", "3"}});
  EXPECT_THAT(labelled.fields, ElementsAre(Field::text, Field::number));
}

TEST(CsvLayout, TakesNumbersUnderAnEmptyHeaderAsNames) {
  const CsvLayout layout = recognise_layout({"", "a"}, {{"0", "1"}, {"1", "3"}});
  EXPECT_THAT(layout.fields, ElementsAre(Field::row_name, Field::number));
}

TEST(CsvLayout, KnowsRHeaders) {
  const CsvLayout layout = recognise_layout({"a", "b"}, {{"x", "1", "2"}, {"y", "3", "4"}});
  EXPECT_THAT(layout.header, ElementsAre("", "a", "b"));
  EXPECT_TRUE(layout.has_row_names());
}

TEST(CsvLayout, SeesThatThereIsNoHeader) {
  const CsvLayout bare = recognise_layout({"1", "2.5"}, {{"3", "4"}});
  EXPECT_FALSE(bare.has_header);
  EXPECT_THAT(bare.header, ElementsAre("F1", "F2"));
  const CsvLayout named = recognise_layout({"x", "1", "2"}, {{"y", "3", "4"}});
  EXPECT_FALSE(named.has_header);
  EXPECT_THAT(named.fields, ElementsAre(Field::row_name, Field::number, Field::number));
}

TEST(CsvLayout, KeepsAColumnWithOneNumberNumeric) {
  const CsvLayout layout = recognise_layout({"a", "b"}, {{"1", "x"}, {"NA", "5"}, {"2", "NA"}});
  EXPECT_THAT(layout.fields, ElementsAre(Field::number, Field::number));
}

TEST(CsvLayout, TakesAColumnOfMissingValuesAsNumbers) {
  const CsvLayout layout = recognise_layout({"a", "b"}, {{"1", "NA"}, {"2", ""}});
  EXPECT_THAT(layout.fields, ElementsAre(Field::number, Field::number));
}

}  // namespace csv_layout_test
}  // namespace mixvae
