#include "data/io/delimited.hpp"

#include "data/files.hpp"

namespace mixvae {
namespace delimited_test {

using namespace testing_files;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Records = std::vector<std::vector<std::string>>;

Records records_of(const std::string& path) {
  DelimitedReader reader(path);
  Records records;
  while (reader.next()) {
    records.emplace_back(reader.fields().begin(), reader.fields().end());
  }
  return records;
}

TEST(Delimited, DetectsTheDelimiter) {
  EXPECT_EQ(detect_delimiter("a,b,c\n1,2,3\n"), ',');
  EXPECT_EQ(detect_delimiter("a\tb\n1\t2\n"), '\t');
  EXPECT_EQ(detect_delimiter("a;b;c\n0,5;1,5;2,5\n"), ';');
  EXPECT_EQ(detect_delimiter("a|b\n1|2\n"), '|');
  EXPECT_EQ(detect_delimiter("\"a\" \"b\"\n\"r1\" 1 2\n\"r2\" 3 4\n"), ' ');
  EXPECT_EQ(detect_delimiter("name\nCD4 T\nB\n"), ',') << "one column with blanks in a label";
  EXPECT_EQ(detect_delimiter("a\tb\n\"x,y,z\"\t1\nw\t2\n"), '\t') << "commas within quotes";
  EXPECT_EQ(detect_delimiter("x\n\"a\",1\n\"b\",2\n"), ',') << "R header with one field fewer";
  EXPECT_EQ(detect_delimiter("# by, a, program\na\tb\n1\t2\n"), '\t') << "comment on top";
  EXPECT_EQ(detect_delimiter("a,b\n1,2\n3\n"), ',') << "unequal rows";
  EXPECT_EQ(detect_delimiter(""), ',');
}

TEST(Delimited, ReadsQuotesLineBreaksAndEmptyFields) {
  const TemporaryFolder folder;
  const std::string path =
      folder.write("t.csv", "a,\"b \"\"x\"\"\",c\r\n\"line one\nline two\",,\"\"\r\n\r\n1,2,3");
  EXPECT_EQ(records_of(path),
            (Records{{"a", "b \"x\"", "c"}, {"line one\nline two", "", ""}, {"1", "2", "3"}}));
}

TEST(Delimited, NumbersLinesAcrossQuotedBreaks) {
  const TemporaryFolder folder;
  DelimitedReader reader(folder.write("t.csv", "# comment\nh,i\n\"a\nb\",1\nc,2\n"));
  std::vector<Index> lines;
  while (reader.next()) {
    lines.push_back(reader.line());
  }
  EXPECT_THAT(lines, ElementsAre(2, 3, 5));
}

TEST(Delimited, RefusesQuotesThatDoNotClose) {
  const TemporaryFolder folder;
  const std::string open = folder.write("open.csv", "a,b\n1,\"2\n3,4\n");
  EXPECT_THAT(refusal([&] { records_of(open); }),
              AllOf(HasSubstr("a quote opens and never closes"), HasSubstr("line 2")));
  const std::string after = folder.write("after.csv", "a,b\n\"1\"x,2\n");
  EXPECT_THAT(refusal([&] { records_of(after); }),
              AllOf(HasSubstr("text follows a closing quote"), HasSubstr("'x,2'")));
}

}  // namespace delimited_test
}  // namespace mixvae
