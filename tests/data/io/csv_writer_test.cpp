#include "data/io/csv_writer.hpp"

#include <cmath>

#include "data/files.hpp"
#include "data/io/csv.hpp"

namespace mixvae {
namespace {

using namespace testing_files;

Table example() {
  Table table;
  table.names = {"a,1", "b"};
  table.set({"type", Categorical{{"T \"cell\"", "B"}, {0, -1}}});
  table.set({"note", std::vector<std::string>{"two\nlines", " blank"}});
  table.set({"p", std::vector<double>{0.1, std::nan("")}});
  table.set({"n", std::vector<std::int64_t>{-3, 1}});
  table.set({"ok", std::vector<bool>{true, false}});
  return table;
}

TEST(CsvWriter, QuotesWhatNeedsIt) {
  EXPECT_EQ(csv_text(example()),
            "cell,type,note,p,n,ok\n"
            "\"a,1\",\"T \"\"cell\"\"\",\"two\nlines\",0.1,-3,True\n"
            "b,,\" blank\",,1,False\n");
  EXPECT_EQ(csv_field(""), "");
  EXPECT_EQ(csv_field("carriage\rreturn"), "\"carriage\rreturn\"");
}

TEST(CsvWriter, WritesWhatTheReaderReadsBack) {
  const TemporaryFolder folder;
  write_csv(example(), folder.path("t.csv"), "id");
  const TextTable table = read_text_table(folder.path("t.csv"));
  EXPECT_THAT(table.header, ::testing::ElementsAre("id", "type", "note", "p", "n", "ok"));
  EXPECT_THAT(table.columns[0], ::testing::ElementsAre("a,1", "b"));
  EXPECT_THAT(table.columns[1], ::testing::ElementsAre("T \"cell\"", ""));
  EXPECT_THAT(table.columns[2], ::testing::ElementsAre("two\nlines", "blank"));
}

TEST(CsvWriter, WritesLongTablesAndOnesWithoutRows) {
  const TemporaryFolder folder;
  Table table;
  EXPECT_EQ(csv_text(table), "cell\n");
  table.names = numbered_names("cell number ", 200000);
  write_csv(table, folder.path("long.csv"));
  EXPECT_EQ(read_text_table(folder.path("long.csv")).columns[0], table.names);
}

TEST(CsvWriter, RefusesAFolderThatIsNotThere) {
  const TemporaryFolder folder;
  EXPECT_THROW(write_csv(example(), folder.path("none/t.csv")), SystemError);
}

}  // namespace
}  // namespace mixvae
