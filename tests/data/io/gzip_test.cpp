#include "data/io/gzip.hpp"

#include "data/files.hpp"

namespace mixvae {
namespace gzip_test {

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

/// UTF-16 of a text of the first 65,536 characters.
std::string utf16(const std::u16string& text, bool big_endian) {
  std::string bytes;
  for (const char16_t unit : text) {
    const char high = static_cast<char>(unit >> 8U);
    const char low = static_cast<char>(unit & 0xffU);
    bytes += big_endian ? high : low;
    bytes += big_endian ? low : high;
  }
  return bytes;
}

TEST(LineReader, ReadsUtf16OfBothOrders) {
  const TemporaryFolder folder;
  const std::u16string text = u"CD4 \u03b2\r\n\U0001F9EC;x\r\n";
  for (const bool big : {false, true}) {
    EXPECT_THAT(lines_of(folder.write("a", utf16(u"\ufeff" + text, big))),
                ElementsAre("CD4 \u03b2", "\U0001F9EC;x"));
  }
  EXPECT_THAT(lines_of(folder.write("b", utf16(u"gene,C1\nA,1\n", false))),
              ElementsAre("gene,C1", "A,1"))
      << "without a byte order mark";
}

TEST(LineReader, ReadsUtf16LongerThanItsBuffer) {
  const TemporaryFolder folder;
  std::u16string text = u"\ufeff";
  for (int i = 0; i < 300000; ++i) {
    text += i % 1000 == 999 ? u'\n' : u'\u00e4';
  }
  const auto lines = lines_of(folder.write("a", utf16(text, true)));
  EXPECT_EQ(lines.size(), 300U);
  EXPECT_EQ(lines.back().size(), 2 * 999U);
}

TEST(LineReader, TakesCarriageReturnsAlone) {
  const TemporaryFolder folder;
  EXPECT_THAT(lines_of(folder.write("a", "one\rtwo\r\rfour\r")),
              ElementsAre("one", "two", "", "four"));
  EXPECT_THAT(lines_of(folder.write("b", "\"a\rb\",c\nd\n")), ElementsAre("\"a\rb\",c", "d"))
      << "within quotes";
  EXPECT_THAT(lines_of(folder.write("c", "one\r\r\ntwo\r\r\n")), ElementsAre("one", "two"));
}

}  // namespace gzip_test
}  // namespace mixvae
