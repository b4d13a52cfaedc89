#include "data/io/fcs/keywords.hpp"

#include "data/files.hpp"
#include "data/io/fcs/fcs_draft.hpp"
#include "data/io/fcs/file.hpp"

namespace mixvae::fcs {
namespace keywords_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

std::vector<std::pair<std::string, std::string>> parsed(const std::string& text,
                                                        std::vector<std::string>* said = nullptr) {
  Keywords keywords;
  std::vector<std::string> notes;
  parse_text(text, "a.fcs", keywords, notes);
  if (said != nullptr) {
    *said = notes;
  }
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const Keyword& keyword : keywords.all()) {
    pairs.emplace_back(keyword.name, keyword.value);
  }
  return pairs;
}

TEST(FcsText, DoubledDelimitersStandForThemselves) {
  EXPECT_THAT(parsed("/K/a//b/L/c/"), ElementsAre(Pair("K", "a/b"), Pair("L", "c")));
  EXPECT_THAT(parsed("/K/a///L/c/"), ElementsAre(Pair("K", "a/"), Pair("L", "c")));
  EXPECT_THAT(parsed("/K///b/L/c/"), ElementsAre(Pair("K", "/b"), Pair("L", "c")));
  EXPECT_THAT(parsed("/K/a////b/L/c/"), ElementsAre(Pair("K", "a//b"), Pair("L", "c")));
  EXPECT_THAT(parsed("/K////L/c/"), ElementsAre(Pair("K", "/"), Pair("L", "c")));
}

TEST(FcsText, EmptyValuesBeforeAKeyword) {
  std::vector<std::string> notes;
  EXPECT_THAT(parsed("/K//L/c/M//N//", &notes),
              ElementsAre(Pair("K", ""), Pair("L", "c"), Pair("M", ""), Pair("N", "")));
  EXPECT_THAT(notes, ElementsAre("3 keywords of TEXT have empty values."));
}

TEST(FcsText, TheLastDelimiterMayBeMissing) {
  EXPECT_THAT(parsed("/K/a/L/c"), ElementsAre(Pair("K", "a"), Pair("L", "c")));
}

TEST(FcsText, BlanksMayFollow) {
  std::vector<std::string> notes;
  EXPECT_THAT(parsed("/K/a/L/c/   \n", &notes), ElementsAre(Pair("K", "a"), Pair("L", "c")));
  EXPECT_THAT(parsed(std::string("/K/a/\0\0", 7), &notes), ElementsAre(Pair("K", "a")));
  EXPECT_THAT(parsed("/K/a/L/c/x", &notes), ElementsAre(Pair("K", "a"), Pair("L", "c")));
  EXPECT_THAT(notes, IsEmpty());
}

TEST(FcsText, AnOddKeywordIsSaid) {
  std::vector<std::string> notes;
  EXPECT_THAT(parsed("/K/a/LOST", &notes), ElementsAre(Pair("K", "a")));
  EXPECT_THAT(notes, ElementsAre(HasSubstr("'LOST', has no value")));
}

TEST(FcsText, BlanksBeforeKeywords) {
  EXPECT_THAT(parsed("/ K/a/\nL/ c /"), ElementsAre(Pair("K", "a"), Pair("L", " c ")));
}

class FcsDelimiter : public ::testing::TestWithParam<char> {};

TEST_P(FcsDelimiter, AnyCharacterSeparates) {
  testing_files::FcsDraft draft = testing_files::float_draft();
  draft.delimiter = GetParam();
  const testing_files::TemporaryFolder folder;
  const File file = open_file(folder.write("a.fcs", draft.bytes()));
  EXPECT_EQ(file.delimiter, GetParam());
  EXPECT_EQ(file.channels[1].marker, "CD4");
}

INSTANTIATE_TEST_SUITE_P(Text, FcsDelimiter,
                         ::testing::Values('/', '*', '|', '\\', '\t', '\f', '\r', '\n', ' ', '!',
                                           '\x0c', '\x1e', '@', '~'));

TEST(FcsText, ImpossibleDelimitersAreRefused) {
  for (const std::string& first : {std::string(1, '\0'), std::string("A"), std::string("7"),
                                   std::string("$"), std::string("\xe9")}) {
    EXPECT_THAT(testing_files::refusal([&] { parsed(first + "K/a/"); }),
                HasSubstr("does not begin with a delimiter"));
  }
}

TEST(FcsKeywords, NamesIgnoreCaseAndTheFirstCounts) {
  Keywords keywords;
  keywords.add({"$Par", " 7 "});
  keywords.add({"$PAR", "8"});
  EXPECT_EQ(keywords.text("$PAR"), "7");
  EXPECT_EQ(keywords.whole("$par"), 7U);
  EXPECT_FALSE(keywords.has("$TOT"));
  EXPECT_EQ(keywords.text("$TOT"), "");
  EXPECT_EQ(keywords.all().size(), 2U);
}

TEST(FcsKeywords, NumbersAreWholeTexts) {
  EXPECT_EQ(whole_number(" 0012   "), 12U);
  EXPECT_EQ(whole_number("512201             "), 512201U);
  for (const char* text : {"", "-1", "1.5", "12x", "99999999999999999999999"}) {
    EXPECT_EQ(whole_number(text), std::nullopt) << text;
  }
  Keywords keywords;
  keywords.add({"a", "NA"});
  keywords.add({"b", "inf"});
  keywords.add({"c", "2.5e1"});
  EXPECT_EQ(keywords.number("a"), std::nullopt);
  EXPECT_EQ(keywords.number("b"), std::nullopt);
  EXPECT_EQ(keywords.number("c"), 25);
}

TEST(FcsKeywords, Latin1BecomesUtf8AndUtf8Stays) {
  EXPECT_EQ(as_utf8("TCR\xce\xb3"), "TCR\xce\xb3");
  EXPECT_EQ(as_utf8("\xb5m"), "\xc2\xb5m");
  EXPECT_EQ(as_utf8("\xe9"), "\xc3\xa9");
  EXPECT_EQ(as_utf8("plain"), "plain");
}

}  // namespace keywords_test
}  // namespace mixvae::fcs
