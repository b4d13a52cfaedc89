// Every way in which FCS files are known to be odd, as a file of its own with its outcome.

#include "data/io/fcs/file.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "data/files.hpp"
#include "data/io/fcs/fcs_draft.hpp"
#include "data/io/fcs/read_fcs.hpp"

namespace mixvae::fcs {
namespace file_test {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing_files::double_bytes;
using testing_files::FcsDraft;
using testing_files::float_bytes;
using testing_files::float_draft;
using testing_files::integer_bytes;
using testing_files::integer_draft;
using testing_files::refusal;
using testing_files::TemporaryFolder;
using testing_files::two_data_sets;

struct Opened {
  File file;
  std::vector<double> values;
};

Opened open_bytes(const std::string& bytes, std::size_t number = 0) {
  const TemporaryFolder folder;
  Opened opened{open_file(folder.write("a.fcs", bytes), number), {}};
  for_each_block(opened.file, [&](std::uint64_t, std::span<const double> values) {
    opened.values.insert(opened.values.end(), values.begin(), values.end());
  });
  return opened;
}

Opened open_draft(const FcsDraft& draft) { return open_bytes(draft.bytes()); }

std::string refusal_of(const FcsDraft& draft) {
  return refusal([&] { open_draft(draft); });
}

const auto kValues = ElementsAre(1, 2, 3, 4, 5, 6);

TEST(FcsFile, PlainFileIsReadWithoutNotes) {
  const Opened opened = open_draft(float_draft());
  EXPECT_THAT(opened.values, kValues);
  EXPECT_THAT(opened.file.notes, IsEmpty());
  EXPECT_EQ(opened.file.channels[1].name, "B");
  EXPECT_EQ(opened.file.channels[1].marker, "CD4");
  EXPECT_EQ(opened.file.data_sets, 1);
}

TEST(FcsFile, EveryVersionIsRead) {
  for (const char* version : {"FCS2.0", "FCS3.0", "FCS3.1", "FCS3.2"}) {
    FcsDraft draft = float_draft();
    draft.version = version;
    EXPECT_THAT(open_draft(draft).values, kValues) << version;
  }
  FcsDraft draft = float_draft();
  draft.version = "FCS1.0";
  EXPECT_THAT(refusal_of(draft), HasSubstr("version of FCS is not known"));
}

// Offsets

TEST(FcsOffsets, BeyondEightDigitsAreInText) {
  FcsDraft draft = float_draft();
  draft.header_data = {"0", "0"};
  EXPECT_THAT(open_draft(draft).values, kValues);
  draft.header_data = {"99999999", "99999999"};
  EXPECT_THAT(open_draft(draft).values, kValues);
  draft.header_data = {"", ""};
  EXPECT_THAT(open_draft(draft).values, kValues);
}

TEST(FcsOffsets, MissingInTextAreInTheHeader) {
  FcsDraft draft = float_draft();
  draft.text_offsets = false;
  EXPECT_THAT(open_draft(draft).values, kValues);
  draft.header_data = {"0", "0"};
  EXPECT_THAT(refusal_of(draft), HasSubstr("neither HEADER nor TEXT says where the events are"));
}

TEST(FcsOffsets, TheOneThatFitsTheNumberOfEventsIsBelieved) {
  FcsDraft header_wrong = float_draft();
  header_wrong.header_data = {"70", "90"};
  EXPECT_THAT(open_draft(header_wrong).values, kValues);
  FcsDraft text_wrong = float_draft();
  text_wrong.replaced = {{"$BEGINDATA", "70"}, {"$ENDDATA", "90"}};
  EXPECT_THAT(open_draft(text_wrong).values, kValues);
}

TEST(FcsOffsets, TheHeaderIsBelievedWhereBothFit) {
  FcsDraft draft = float_draft();
  draft.replaced = {{"$BEGINDATA", "60"}, {"$ENDDATA", "83"}};
  EXPECT_THAT(open_draft(draft).values, kValues);
}

class FcsEnd : public ::testing::TestWithParam<int> {};

TEST_P(FcsEnd, OffByAByteFollowsTheNumberOfEvents) {
  FcsDraft draft = float_draft();
  draft.text_offsets = false;
  const auto begin = static_cast<int>(draft.bytes().size() - draft.data.size());
  draft.header_data = {std::to_string(begin), std::to_string(begin + 23 + GetParam())};
  const Opened opened = open_draft(draft);
  EXPECT_THAT(opened.values, kValues);
  EXPECT_THAT(opened.file.notes, ElementsAre(HasSubstr("The end of the events is")));
}

// One too large, one too small, equal to the beginning, far behind the end of the file.
INSTANTIATE_TEST_SUITE_P(Offsets, FcsEnd, ::testing::Values(1, -1, -23, 5000));

TEST(FcsOffsets, TextMayEndWhereDataBegin) {
  FcsDraft draft = float_draft();
  std::string bytes = draft.bytes();
  const std::size_t end = bytes.size() - draft.data.size();
  const std::string digits = std::to_string(end);
  bytes.replace(26 - digits.size(), digits.size(), digits);
  EXPECT_THAT(open_bytes(bytes).values, kValues);
}

TEST(FcsOffsets, EventsOutsideOfTheFileAreRefused) {
  FcsDraft draft = float_draft();
  draft.text_offsets = false;
  draft.header_data = {"9000", "9023"};
  EXPECT_THAT(refusal_of(draft), HasSubstr("the events begin outside of the file"));
}

TEST(FcsOffsets, ACutFileIsRefused) {
  const std::string bytes = float_draft().bytes();
  EXPECT_THAT(refusal([&] { open_bytes(bytes.substr(0, bytes.size() - 1)); }),
              ::testing::AllOf(HasSubstr("the file ends before its last event"),
                               HasSubstr("23 bytes"), HasSubstr("3 events")));
}

/// Cut anywhere, a file is refused, never believed.
TEST(FcsOffsets, ACutAtAnyByteIsRefused) {
  const std::string bytes = float_draft().bytes();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW(open_bytes(bytes.substr(0, size)), InputError) << size;
  }
}

TEST(FcsOffsets, TextBeyondTheFileIsRefused) {
  std::string bytes = float_draft().bytes();
  bytes.replace(18, 8, "99999999");
  EXPECT_THAT(refusal([&] { open_bytes(bytes); }), HasSubstr("TEXT reaches beyond the end"));
  bytes.replace(18, 8, "      20");
  EXPECT_THAT(refusal([&] { open_bytes(bytes); }), HasSubstr("does not say where TEXT is"));
  bytes.replace(18, 8, "    none");
  EXPECT_THAT(refusal([&] { open_bytes(bytes); }), HasSubstr("does not say where TEXT is"));
}

// $TOT and $PAR

TEST(FcsCounts, MissingTotalIsCounted) {
  FcsDraft draft = float_draft();
  draft.version = "FCS2.0";
  draft.remove("$TOT");
  const Opened opened = open_draft(draft);
  EXPECT_THAT(opened.values, kValues);
  EXPECT_THAT(opened.file.notes, IsEmpty());
}

class FcsTotal : public ::testing::TestWithParam<const char*> {};

TEST_P(FcsTotal, WrongTotalIsCountedAndSaid) {
  FcsDraft draft = float_draft();
  draft.set("$TOT", GetParam());
  const Opened opened = open_draft(draft);
  EXPECT_THAT(opened.values, kValues);
  EXPECT_THAT(opened.file.notes, ElementsAre(HasSubstr("but the file holds 3")));
}

INSTANTIATE_TEST_SUITE_P(Totals, FcsTotal,
                         ::testing::Values("1", "2", "4", "1000", "0", "18446744073709551615"));

TEST(FcsCounts, SpaceBehindTheLastEventIsLeft) {
  FcsDraft draft = float_draft();
  draft.data += "12345";
  const Opened opened = open_draft(draft);
  EXPECT_THAT(opened.values, kValues);
  EXPECT_THAT(opened.file.notes, ElementsAre(HasSubstr("5 bytes after the last event")));
}

TEST(FcsCounts, NoEventsAreRefused) {
  FcsDraft draft = float_draft();
  draft.set("$TOT", "0");
  for (const char* data : {"", "\n"}) {
    draft.data = data;
    EXPECT_THAT(refusal_of(draft), HasSubstr("the file holds no events"));
  }
  draft.data = "";
  draft.text_offsets = false;
  draft.header_data = {"0", "0"};
  EXPECT_THAT(refusal_of(draft), HasSubstr("the file holds no events"));
}

TEST(FcsCounts, NoEventsInDigitsAreRefused) {
  FcsDraft draft = float_draft();
  draft.set("$DATATYPE", "A");
  draft.set("$P1B", "*");
  draft.set("$P2B", "*");
  draft.data = "1 2";
  draft.set("$TOT", "0");
  EXPECT_THAT(refusal_of(draft), HasSubstr("the file holds no events"));
}

TEST(FcsCounts, TotalThatFitsNothingIsRefused) {
  FcsDraft draft = float_draft();
  draft.data += "12345";
  draft.set("$TOT", "9");
  EXPECT_THAT(refusal_of(draft), HasSubstr("do not fill the place"));
}

TEST(FcsCounts, TooLargeNumberOfChannelsIsRefused) {
  FcsDraft draft = float_draft();
  draft.set("$PAR", "3");
  EXPECT_THAT(refusal_of(draft), HasSubstr("no keyword $P3B"));
  draft.set("$PAR", "4000000000");
  EXPECT_THAT(refusal_of(draft), HasSubstr("no keyword $P3B"));
}

TEST(FcsCounts, TooSmallNumberOfChannelsIsSaid) {
  FcsDraft draft = float_draft();
  draft.set("$PAR", "1");
  EXPECT_THAT(open_draft(draft).file.notes, Contains(HasSubstr("more channels than the 1")));
}

TEST(FcsCounts, MissingNumberOfChannelsIsRefused) {
  FcsDraft draft = float_draft();
  draft.remove("$PAR");
  EXPECT_THAT(refusal_of(draft), HasSubstr("how many channels"));
}

// Types, widths, byte orders

TEST(FcsTypes, BigEndianFloats) {
  FcsDraft draft = float_draft();
  draft.data = float_bytes(0.5F, true) + float_bytes(-2.0F, true);
  draft.set("$TOT", "1");
  draft.set("$BYTEORD", "4,3,2,1");
  EXPECT_THAT(open_draft(draft).values, ElementsAre(0.5, -2));
}

TEST(FcsTypes, Doubles) {
  for (const bool big_endian : {false, true}) {
    FcsDraft draft = float_draft();
    draft.data = double_bytes(1e300, big_endian) + double_bytes(-0.1, big_endian);
    draft.set("$TOT", "1");
    draft.set("$DATATYPE", "D");
    draft.set("$P1B", "64");
    draft.set("$P2B", "64");
    draft.set("$BYTEORD", big_endian ? "4,3,2,1" : "1,2,3,4");
    EXPECT_THAT(open_draft(draft).values, ElementsAre(1e300, -0.1));
  }
}

TEST(FcsTypes, IntegersOfMixedWholeBytes) {
  for (const bool big_endian : {false, true}) {
    std::string data;
    for (const std::uint64_t base : {0x11ULL, 0x7fULL}) {
      data += integer_bytes(base, 1, big_endian) + integer_bytes(base * 257, 2, big_endian) +
              integer_bytes(base * 65793, 3, big_endian) +
              integer_bytes(base * 16843009, 4, big_endian) +
              integer_bytes(base << 40U, 8, big_endian);
    }
    const Opened opened = open_draft(integer_draft({8, 16, 24, 32, 64}, big_endian, data, 2));
    EXPECT_THAT(opened.values, ElementsAre(0x11, 0x1111, 0x111111, 0x11111111, 0x11LL << 40, 0x7f,
                                           0x7f7f, 0x7f7f7f, 0x7f7f7f7f, 0x7fLL << 40));
  }
}

/// Ten-bit values one after the other, as bits.
std::string packed(const std::vector<unsigned>& values, unsigned bits, bool big_endian) {
  std::string bytes((values.size() * bits + 7) / 8, '\0');
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (unsigned b = 0; b < bits; ++b) {
      const unsigned bit = (values[i] >> (big_endian ? bits - 1 - b : b)) & 1U;
      const std::size_t place = i * bits + b;
      const std::size_t within = big_endian ? 7 - place % 8 : place % 8;
      bytes[place / 8] = static_cast<char>(bytes[place / 8] | (bit << within));
    }
  }
  return bytes;
}

TEST(FcsTypes, WidthsThatAreNoWholeBytes) {
  const std::vector<unsigned> values = {1023, 0, 512, 1, 333, 700};
  for (const bool big_endian : {false, true}) {
    const Opened opened =
        open_draft(integer_draft({10, 10}, big_endian, packed(values, 10, big_endian), 3));
    EXPECT_THAT(opened.values, ElementsAre(1023, 0, 512, 1, 333, 700)) << big_endian;
  }
}

TEST(FcsTypes, ManyEventsOfOddBitsCrossBlocks) {
  std::vector<unsigned> values;
  for (unsigned i = 0; i < 3 * 4999; ++i) {
    values.push_back((i * 2654435761U) >> 21U);
  }
  const Opened opened =
      open_draft(integer_draft({11, 11, 11}, false, packed(values, 11, false), 4999));
  ASSERT_EQ(opened.values.size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    ASSERT_EQ(opened.values[i], values[i]) << i;
  }
}

TEST(FcsTypes, BitsAboveTheRangeAreMasked) {
  FcsDraft draft = integer_draft(
      {16, 16}, false, integer_bytes(0xfc05, 2, false) + integer_bytes(0xffff, 2, false), 1);
  draft.set("$P1R", "1024");
  draft.set("$P2R", "600");  // no power of two: below the next one, 1024
  EXPECT_THAT(open_draft(draft).values, ElementsAre(5, 1023));
}

TEST(FcsTypes, SenselessRangesMaskNothing) {
  for (const char* range : {"NA", "1e308", "0", "-5", "", "18446744073709551616", "1"}) {
    FcsDraft draft = integer_draft({16}, false, integer_bytes(0xffff, 2, false), 1);
    draft.set("$P1R", range);
    EXPECT_THAT(open_draft(draft).values, ElementsAre(65535)) << range;
  }
  FcsDraft draft = integer_draft({16}, false, integer_bytes(0xffff, 2, false), 1);
  draft.remove("$P1R");
  EXPECT_THAT(open_draft(draft).values, ElementsAre(65535));
}

TEST(FcsTypes, CharactersOfFixedWidth) {
  FcsDraft draft = integer_draft({3, 5}, false, " 12 3.5   71e2  ", 2);
  draft.set("$DATATYPE", "A");
  EXPECT_THAT(open_draft(draft).values, ElementsAre(12, 3.5, 7, 100));
  draft.data = " 12 3.5   7  ...";
  EXPECT_THAT(refusal_of(draft),
              ::testing::AllOf(HasSubstr("no number"), HasSubstr("event 2"), HasSubstr("'C2'")));
}

TEST(FcsTypes, MoreEventsThanDelimitedCharactersAreRefusedBeforeTheyTakeMemory) {
  FcsDraft draft = float_draft();
  draft.data = "1 2 3 4 5 6";
  draft.set("$DATATYPE", "A");
  draft.set("$P1B", "*");
  draft.set("$P2B", "*");
  const auto read = [&] {
    const TemporaryFolder folder;
    return read_fcs(folder.write("a.fcs", draft.bytes()));
  };
  EXPECT_THAT(to_dense(read().x).values, kValues);
  for (const char* events : {"4", "100000000000", "18446744073709551615"}) {
    draft.set("$TOT", events);
    EXPECT_THAT(refusal(read), ::testing::AllOf(HasSubstr("fewer characters than the events need"),
                                                HasSubstr("11 bytes"), HasSubstr("2 channels")));
  }
}

TEST(FcsTypes, AChannelWithATypeOfItsOwnIsRefused) {
  FcsDraft draft = float_draft();
  draft.version = "FCS3.2";
  draft.set("$P1DATATYPE", "f");
  draft.set("$P2DATATYPE", "F");
  EXPECT_THAT(open_draft(draft).values, kValues);
  draft.set("$P2DATATYPE", "I");
  EXPECT_THAT(refusal_of(draft),
              ::testing::AllOf(HasSubstr("another type of values"), HasSubstr("$P2DATATYPE = 'I'"),
                               HasSubstr("'F', for all channels")));
}

TEST(FcsTypes, DelimitedCharacters) {
  FcsDraft draft = integer_draft({0, 0}, false, "1,2\r\n 3\t4.5 ", 2);
  draft.set("$DATATYPE", "A");
  draft.set("$P1B", "*");
  draft.set("$P2B", "*");
  EXPECT_THAT(open_draft(draft).values, ElementsAre(1, 2, 3, 4.5));
  draft.set("$TOT", "3");
  EXPECT_THAT(refusal_of(draft), HasSubstr("not that of events times channels"));
  draft.set("$TOT", "2");
  draft.data = "1 2 3 x";
  EXPECT_THAT(refusal_of(draft), HasSubstr("no number"));
  draft.set("$P2B", "4");
  EXPECT_THAT(refusal_of(draft), HasSubstr("some channels are delimited"));
}

TEST(FcsTypes, UnknownTypesAndWidthsAreRefused) {
  FcsDraft draft = float_draft();
  draft.set("$DATATYPE", "X");
  EXPECT_THAT(refusal_of(draft), HasSubstr("$DATATYPE = 'X'"));
  draft.set("$DATATYPE", "F");
  draft.set("$P2B", "16");
  EXPECT_THAT(refusal_of(draft), HasSubstr("$P2B = '16'"));
  draft.set("$DATATYPE", "I");
  draft.set("$P2B", "65");
  EXPECT_THAT(refusal_of(draft), HasSubstr("$P2B = '65'"));
  draft.set("$P2B", "0");
  EXPECT_THAT(refusal_of(draft), HasSubstr("$P2B = '0'"));
}

TEST(FcsTypes, MissingTypesAndWidthsAreRefused) {
  FcsDraft without_width = float_draft();
  without_width.remove("$P2B");
  EXPECT_THAT(refusal_of(without_width),
              AllOf(HasSubstr("width of a channel is missing"), HasSubstr("no keyword $P2B"),
                    HasSubstr("$P1B to $P2B")));
  FcsDraft without_type = float_draft();
  without_type.remove("$DATATYPE");
  EXPECT_THAT(refusal_of(without_type), HasSubstr("$DATATYPE"));
}

TEST(FcsTypes, ShortAndSpacedByteOrders) {
  for (const char* order : {"1,2", " 1, 2, 3, 4 ", "1,2,3,4,5,6,7,8"}) {
    FcsDraft draft = float_draft();
    draft.set("$BYTEORD", order);
    EXPECT_THAT(open_draft(draft).values, kValues) << order;
  }
}

TEST(FcsTypes, MixedByteOrdersAreRefused) {
  for (const char* order : {"3,4,1,2", "2,1,4,3", "", "1"}) {
    FcsDraft draft = float_draft();
    draft.set("$BYTEORD", order);
    EXPECT_THAT(refusal_of(draft), HasSubstr("order of bytes cannot be read")) << order;
  }
}

TEST(FcsTypes, SingleBytesNeedNoOrder) {
  FcsDraft draft = integer_draft({8}, false, "\x07\x08", 2);
  draft.remove("$BYTEORD");
  EXPECT_THAT(open_draft(draft).values, ElementsAre(7, 8));
}

TEST(FcsTypes, HistogramsAreRefused) {
  FcsDraft draft = float_draft();
  draft.set("$MODE", "C");
  EXPECT_THAT(refusal_of(draft), HasSubstr("holds histograms"));
}

// Scales

TEST(FcsScales, LogarithmicAmplification) {
  FcsDraft draft = integer_draft({16}, false, integer_bytes(512, 2, false), 1);
  draft.set("$P1R", "1024");
  draft.set("$P1E", "4,0.1");
  EXPECT_DOUBLE_EQ(open_draft(draft).file.channels[0].linear(512), 0.1 * 100);
  draft.set("$P1E", "4.0, 0.00");  // what a stored 0 stands for cannot be 0: 1, as FCS 3.1 says
  EXPECT_DOUBLE_EQ(open_draft(draft).file.channels[0].linear(256), 10);
  draft.set("$P1R", "NA");
  EXPECT_THAT(refusal_of(draft), HasSubstr("logarithmic scale has no range"));
}

TEST(FcsScales, UnreadableScaleIsLinearAndSaid) {
  for (const char* scale : {"4", "x,y", "-1,0"}) {
    FcsDraft draft = float_draft();
    draft.set("$P1E", scale);
    const Opened opened = open_draft(draft);
    EXPECT_EQ(opened.file.channels[0].linear(3), 3) << scale;
    EXPECT_THAT(opened.file.notes, ElementsAre(HasSubstr("taken as linear"))) << scale;
  }
}

TEST(FcsScales, FloatsAreNeverLogarithmic) {
  FcsDraft draft = float_draft();
  draft.set("$P1E", "4,1");
  const Opened opened = open_draft(draft);
  EXPECT_EQ(opened.file.channels[0].linear(3), 3);
  EXPECT_THAT(opened.file.notes, ElementsAre(HasSubstr("floating-point data cannot be")));
}

TEST(FcsScales, GainsAreDividedOut) {
  FcsDraft draft = float_draft();
  draft.set("$P1G", "2.5");
  draft.set("$P2G", "0");  // senseless
  const Opened opened = open_draft(draft);
  EXPECT_EQ(opened.file.channels[0].linear(5), 2);
  EXPECT_EQ(opened.file.channels[1].linear(5), 5);
}

// Several data sets

TEST(FcsChain, EveryDataSetIsReached) {
  const std::string bytes = two_data_sets();
  EXPECT_EQ(open_bytes(bytes).file.data_sets, 2);
  EXPECT_THAT(open_bytes(bytes).values, kValues);
  EXPECT_THAT(open_bytes(bytes, 1).values, ElementsAre(8, 9));
  EXPECT_THAT(refusal([&] { open_bytes(bytes, 2); }), HasSubstr("no data set 3"));
}

TEST(FcsChain, ALooseEndIsSaid) {
  FcsDraft draft = float_draft();
  draft.set("$NEXTDATA", "70");
  EXPECT_THAT(open_draft(draft).file.notes, ElementsAre(HasSubstr("no FCS data set")));
  draft.set("$NEXTDATA", "18446744073709551615");
  EXPECT_THAT(open_draft(draft).file.notes, ElementsAre(HasSubstr("outside of the file")));
}

// Supplemental TEXT

TEST(FcsSupplement, ItsKeywordsAreAdded) {
  FcsDraft draft = float_draft();
  draft.remove("$P2S");
  const std::string extra = "/$P2S/CD19/$P1S/late/";
  draft.set("$BEGINSTEXT", "00000000");
  draft.set("$ENDSTEXT", "00000000");
  const std::size_t size = draft.bytes().size();
  const auto padded = [](std::size_t n) {
    const std::string digits = std::to_string(n);
    return std::string(8 - digits.size(), '0') + digits;
  };
  draft.set("$BEGINSTEXT", padded(size));
  draft.set("$ENDSTEXT", padded(size + extra.size() - 1));
  draft.after = extra;
  const Opened opened = open_draft(draft);
  EXPECT_EQ(opened.file.channels[1].marker, "CD19");
  EXPECT_EQ(opened.file.channels[0].marker, "CD3");  // the first counts
  draft.after = "|" + extra.substr(1);
  EXPECT_THAT(open_draft(draft).file.notes, ElementsAre(HasSubstr("begin with the delimiter")));
  draft.after = "";
  EXPECT_THAT(open_draft(draft).file.notes, ElementsAre(HasSubstr("outside of the file")));
}

}  // namespace file_test
}  // namespace mixvae::fcs
