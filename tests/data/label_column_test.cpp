#include "data/label_column.hpp"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae {
namespace label_column_test {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Table cells_with(Index count, ColumnValues values) {
  Table cells;
  cells.names = numbered_names("C", count);
  cells.set({"kind", std::move(values)});
  return cells;
}

template <class Value>
std::vector<Value> made(Index count, const std::function<Value(Index)>& value) {
  std::vector<Value> values;
  for (Index i = 0; i < count; ++i) {
    values.push_back(value(i));
  }
  return values;
}

std::string refusal(const Table& cells) {
  try {
    label_column(cells, "kind", "a.h5ad");
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(LabelColumn, TakesLabelsOfEveryKind) {
  EXPECT_EQ(refusal(cells_with(4, std::vector<std::string>{"a", "b", "c", "d"})), "accepted");
  EXPECT_EQ(refusal(cells_with(4, std::vector<std::int64_t>{1, 2, 3, 4})), "accepted");
  EXPECT_EQ(refusal(cells_with(4, std::vector<bool>{true, false, true, true})), "accepted");
  const auto doses = made<double>(60, [](Index i) { return 0.5 * static_cast<double>(i % 6); });
  EXPECT_EQ(refusal(cells_with(60, doses)), "accepted");
  const auto types = made<std::int64_t>(5000, [](Index i) { return i % 900; });
  EXPECT_EQ(refusal(cells_with(5000, types)), "accepted");
  EXPECT_THAT(label_column(cells_with(2, std::vector<double>{3, 1}), "kind", "").categories,
              ElementsAre("1", "3"));
}

TEST(LabelColumn, DoubtsNumbersWithDecimals) {
  Table cells = cells_with(
      3000, made<double>(3000, [](Index i) { return static_cast<double>(i % 2630) / 4000; }));
  EXPECT_THAT(refusal(cells),
              AllOf(HasSubstr("the column 'kind' holds numbers, not labels"), HasSubstr("a.h5ad"),
                    HasSubstr("2,630 different numbers in 3,000 cells, such as 0, "),
                    HasSubstr("no column has such"), HasSubstr("put a letter before them")));
  cells.set({"batch", made<std::string>(3000, [](Index i) { return i % 2 == 0 ? "a" : "b"; })});
  cells.set({"one", std::vector<std::string>(3000, "x")});
  EXPECT_THAT(refusal(cells), AllOf(HasSubstr("labels that many cells share, as in batch\n")));
  EXPECT_THAT(refusal(cells_with(4, std::vector<double>{0.1, 0.2, 0.3, 0.3})),
              HasSubstr("3 different numbers in 4 cells"));
}

TEST(LabelColumn, DoubtsWholeNumbersOfTooManyKinds) {
  const auto counts = made<std::int64_t>(2700, [](Index i) { return i % 1000; });
  EXPECT_THAT(refusal(cells_with(2700, counts)), HasSubstr("holds numbers"));
  const auto genes = made<double>(100000, [](Index i) { return static_cast<double>(i % 1001); });
  EXPECT_THAT(refusal(cells_with(100000, genes)), HasSubstr("1,001 different numbers"));
}

TEST(LabelColumn, DoubtsTextsThatDifferInMostCells) {
  const auto names = [](Index i) { return "c" + std::to_string(i / 2); };
  EXPECT_EQ(refusal(cells_with(300, made<std::string>(300, names))), "accepted");
  const auto barcodes = [](Index i) { return "c" + std::to_string(i); };
  EXPECT_THAT(refusal(cells_with(300, made<std::string>(300, barcodes))),
              AllOf(HasSubstr("holds names of cells, not labels"), HasSubstr("300 different texts"),
                    Not(HasSubstr("letter"))));
}

TEST(LabelColumn, CellsWithoutALabelDoNotCount) {
  std::vector<std::int32_t> codes(300, -1);
  codes[0] = 0;
  codes[1] = 1;
  EXPECT_EQ(refusal(cells_with(300, Categorical{{"a", "b"}, codes, false})), "accepted");
}

TEST(LabelColumn, IsMissedByName) {
  const Table cells = cells_with(1, std::vector<std::string>{"a"});
  try {
    label_column(cells, "kinds", "a.h5ad");
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("no column 'kinds'"), HasSubstr("nearest")));
  }
}

}  // namespace label_column_test
}  // namespace mixvae
