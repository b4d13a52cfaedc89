#include "data/io/gzip.hpp"

#include "data/files.hpp"

namespace mixvae {
namespace {

using namespace testing_files;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> lines_of(const std::string& path) {
  LineReader reader(path);
  std::vector<std::string> lines;
  std::string_view line;
  while (reader.next(line)) {
    lines.emplace_back(line);
    EXPECT_EQ(reader.line_number(), static_cast<Index>(lines.size()));
  }
  return lines;
}

TEST(Gzip, ReadsPlainAndCompressedContentAlike) {
  const TemporaryFolder folder;
  std::string content;
  for (int i = 0; i < 200000; ++i) {
    content += std::to_string(i * 7919) + "\n";
  }
  EXPECT_EQ(read_content(folder.write("plain", content)), content);
  EXPECT_EQ(read_content(folder.write("packed", gzipped(content))), content);
  EXPECT_EQ(read_content(folder.path("packed"), 10), content.substr(0, 10));
}

TEST(Gzip, ReadsSeveralMembersAndIgnoresPaddingAfterThem) {
  const TemporaryFolder folder;
  const std::string path = folder.write(
      "two.gz", gzipped("first\n") + gzipped("second\n") + gzipped("") + std::string(512, '\0'));
  EXPECT_EQ(read_content(path), "first\nsecond\n");
}

TEST(Gzip, RefusesEveryTruncation) {
  const TemporaryFolder folder;
  const std::string packed = gzipped("some text that is long enough to be compressed compressed");
  for (std::size_t size = 2; size < packed.size(); ++size) {
    const std::string path = folder.write("cut.gz", packed.substr(0, size));
    EXPECT_THAT(refusal([&] { read_content(path); }), HasSubstr("the gzip file is cut off"));
  }
}

TEST(Gzip, RefusesDamageAndMissingFilesAndDirectories) {
  const TemporaryFolder folder;
  std::string packed = gzipped("some text");
  packed[packed.size() - 6] ^= 1;  // within the check sum
  const std::string path = folder.write("bad.gz", packed);
  EXPECT_THAT(refusal([&] { read_content(path); }), HasSubstr("the gzip file is damaged"));
  EXPECT_THAT(refusal([&] { read_content(folder.path("none")); }),
              HasSubstr("there is no such file"));
  EXPECT_THAT(refusal([&] { read_content(folder.path()); }), HasSubstr("a directory"));
}

TEST(LineReader, TakesBothEndingsAndALastLineWithout) {
  const TemporaryFolder folder;
  EXPECT_THAT(lines_of(folder.write("a", "one\r\ntwo\n\nfour")),
              ElementsAre("one", "two", "", "four"));
  EXPECT_THAT(lines_of(folder.write("b", "")), ElementsAre());
  EXPECT_THAT(lines_of(folder.write("c", "\xef\xbb\xbfx\n")), ElementsAre("x"));
}

TEST(LineReader, TakesLinesLongerThanItsBuffer) {
  const TemporaryFolder folder;
  const std::string first(700000, 'a');
  const std::string second(3, 'b');
  const std::string third(2000000, 'c');
  const std::string path = folder.write("long.gz", gzipped(first + "\n" + second + "\n" + third));
  EXPECT_THAT(lines_of(path), ElementsAre(first, second, third));
}

TEST(LineReader, RefusesUtf16ByName) {
  const TemporaryFolder folder;
  const std::string path = folder.write("excel.txt", std::string("\xff\xfe"
                                                                 "a\0",
                                                                 4));
  EXPECT_THAT(refusal([&] { LineReader reader(path); }), HasSubstr("UTF-16"));
}

}  // namespace
}  // namespace mixvae
