#include "data/table.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae {
namespace table_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Categorical, OrdersCategoriesNaturally) {
  const Categorical labels =
      Categorical::from_labels(std::vector<std::string>{"T10", "T2", "", "T10"});
  EXPECT_THAT(labels.categories, ElementsAre("", "T2", "T10"));
  EXPECT_THAT(labels.codes, ElementsAre(2, 1, 0, 2));
  EXPECT_EQ(labels.label(0), "T10");
  EXPECT_EQ((Categorical{{"a"}, {-1}}).label(0), "");
}

TEST(Categorical, MayTakeEmptyTextAsMissing) {
  const Categorical labels = labels_with_missing(std::vector<std::string>{"b", "", "a"});
  EXPECT_THAT(labels.categories, ElementsAre("a", "b"));
  EXPECT_THAT(labels.codes, ElementsAre(1, -1, 0));
}

TEST(AsLabels, WorksForEveryKind) {
  const auto labels = [](ColumnValues values) { return as_labels({"x", std::move(values)}); };
  EXPECT_THAT(labels(std::vector<std::string>{"b", "a"}).codes, ElementsAre(1, 0));
  EXPECT_THAT(labels(std::vector<bool>{true, false}).categories, ElementsAre("False", "True"));
  EXPECT_THAT(labels(std::vector<std::int64_t>{10, 9}).categories, ElementsAre("9", "10"));
  const Categorical numbers = labels(std::vector<double>{3, std::nan(""), 0.5, 3});
  EXPECT_THAT(numbers.categories, ElementsAre("0.5", "3"));
  EXPECT_THAT(numbers.codes, ElementsAre(1, -1, 0, 1));
  EXPECT_THAT(labels(Categorical{{"z", "a"}, {0, -1}}).categories, ElementsAre("z", "a"));
}

TEST(AsNumbers, WorksForNumbersOnly) {
  const auto numbers = [](ColumnValues values) { return as_numbers({"x", std::move(values)}); };
  EXPECT_THAT(numbers(std::vector<std::int64_t>{1, -2}).value(), ElementsAre(1, -2));
  EXPECT_THAT(numbers(std::vector<bool>{true, false}).value(), ElementsAre(1, 0));
  EXPECT_THAT(numbers(std::vector<double>{0.5}).value(), ElementsAre(0.5));
  EXPECT_FALSE(numbers(std::vector<std::string>{"1"}).has_value());
  EXPECT_FALSE(numbers(Categorical{{"1"}, {0}}).has_value());
}

Table example() {
  Table table;
  table.names = {"a", "b", "c"};
  table.set({"type", Categorical{{"T", "B"}, {0, 1, -1}, true}});
  table.set({"note", std::vector<std::string>{"x", "y", "z"}});
  table.set({"p", std::vector<double>{1, 2, 3}});
  table.set({"n", std::vector<std::int64_t>{1, 2, 3}});
  table.set({"ok", std::vector<bool>{true, false, true}});
  return table;
}

TEST(Table, FindsAndReplacesColumns) {
  Table table = example();
  EXPECT_EQ(table.find("none"), nullptr);
  table.set({"note", std::vector<double>{7, 8, 9}});
  ASSERT_EQ(table.columns.size(), 5U);
  EXPECT_EQ(table.columns[1].name, "note") << "a replaced column stays in its place";
  EXPECT_TRUE(std::holds_alternative<std::vector<double>>(table.find("note")->values));
  EXPECT_THROW(table.set({"short", std::vector<double>{1}}), Bug);
}

TEST(Table, SelectsRowsOfEveryKind) {
  const Table chosen = select_rows(example(), std::vector<Index>{2, 0, 0});
  EXPECT_THAT(chosen.names, ElementsAre("c", "a", "a"));
  const auto& type = std::get<Categorical>(chosen.find("type")->values);
  EXPECT_THAT(type.codes, ElementsAre(-1, 0, 0));
  EXPECT_TRUE(type.ordered);
  EXPECT_THAT(std::get<std::vector<std::string>>(chosen.find("note")->values),
              ElementsAre("z", "x", "x"));
  EXPECT_THAT(std::get<std::vector<double>>(chosen.find("p")->values), ElementsAre(3, 1, 1));
  EXPECT_THAT(std::get<std::vector<std::int64_t>>(chosen.find("n")->values), ElementsAre(3, 1, 1));
  EXPECT_THAT(std::get<std::vector<bool>>(chosen.find("ok")->values),
              ElementsAre(true, true, true));
}

TEST(Table, NamesTheNearestColumnsWhenOneIsMissing) {
  try {
    require_column(example(), "typ", "file.h5ad");
    FAIL() << "nothing was thrown";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("there is no column 'typ'"), HasSubstr("file.h5ad"),
                                    HasSubstr("5 columns: type, note, p, n, ok"),
                                    HasSubstr("nearest names: type")));
  }
  try {
    require_column(Table{}, "typ", "file.h5ad");
    FAIL() << "nothing was thrown";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("no columns at all"));
  }
}

TEST(NumberedNames, CountFromOne) {
  EXPECT_THAT(numbered_names("C", 3), ElementsAre("C1", "C2", "C3"));
  EXPECT_THAT(numbered_names("C", 0), ElementsAre());
}

}  // namespace table_test
}  // namespace mixvae
