#include "report/table_printer.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::report {
namespace table_printer_test {

TablePrinter example() {
  TablePrinter table({"method", "accuracy", "cells"});
  table.add({"k-means, 50 PCs", "0.62 ± 0.01", "1,200"});
  table.add({"Größe", "-", "7"});
  return table;
}

TEST(TablePrinter, AlignsByCharactersNotBytes) {
  EXPECT_EQ(example().text(),
            "method              accuracy  cells\n"
            "k-means, 50 PCs  0.62 ± 0.01  1,200\n"
            "Größe                      -      7\n");
}

TEST(TablePrinter, WritesMarkdownAndCsv) {
  TablePrinter table({"a|b", "c"});
  table.add({"say \"x\"", "1,5"});
  EXPECT_EQ(table.markdown(), "| a\\|b | c |\n| --- | --- |\n| say \"x\" | 1,5 |\n");
  EXPECT_EQ(table.csv(), "a|b,c\n\"say \"\"x\"\"\",\"1,5\"\n");
}

TEST(TablePrinter, RefusesARowOfAnotherLength) { EXPECT_THROW(example().add({"one"}), Bug); }

TEST(Fixed, RoundsAndMarksMissing) {
  EXPECT_EQ(fixed(0.12345), "0.123");
  EXPECT_EQ(fixed(-2.0, 1), "-2.0");
  EXPECT_EQ(fixed(std::numeric_limits<double>::quiet_NaN()), "-");
}

}  // namespace table_printer_test
}  // namespace mixvae::report
