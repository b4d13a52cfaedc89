#include "data/io/csv_writer.hpp"

#include "data/files.hpp"
#include "data/io/csv.hpp"

namespace mixvae {
namespace csv_writer_test {

using namespace testing_files;

TEST(CsvWriter, QuotesWhatNeedsIt) {
  EXPECT_EQ(csv_field(""), "");
  EXPECT_EQ(csv_field("B cell"), "B cell");
  EXPECT_EQ(csv_field("a,1"), "\"a,1\"");
  EXPECT_EQ(csv_field("T \"cell\""), "\"T \"\"cell\"\"\"");
  EXPECT_EQ(csv_field("two\nlines"), "\"two\nlines\"");
  EXPECT_EQ(csv_field("carriage\rreturn"), "\"carriage\rreturn\"");
  EXPECT_EQ(csv_field(" blank"), "\" blank\"");
}

TEST(CsvWriter, WritesWhatTheReaderReadsBack) {
  const TemporaryFolder folder;
  const std::vector<std::string> names{"a,1", "T \"cell\"", "two\nlines", "b"};
  std::string text = "id,n\n";
  for (const std::string& name : names) {
    text += csv_field(name) + ",1\n";
  }
  const TextTable table = read_text_table(folder.write("t.csv", text));
  EXPECT_EQ(table.columns[0], names);
}

}  // namespace csv_writer_test
}  // namespace mixvae
