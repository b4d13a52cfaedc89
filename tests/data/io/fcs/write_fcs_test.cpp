#include "data/io/fcs/write_fcs.hpp"

#include <sstream>

#include "data/files.hpp"
#include "data/io/channel_kinds.hpp"
#include "data/io/fcs/fcs_draft.hpp"
#include "data/io/fcs/file.hpp"
#include "data/io/fcs/read_fcs.hpp"

namespace mixvae {
namespace write_fcs_test {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace testing_files;

/// A reader of its own, from the standard: keywords one per line, then events.
const std::string kReader = R"(
import struct, sys
def read(path):
    b = open(path, 'rb').read()
    text = b[int(b[10:18]):int(b[18:26]) + 1].decode('utf-8')
    d = text[0]
    assert text[-1] == d
    words, word, i = [], '', 1
    while i < len(text):
        if text[i] != d:
            word += text[i]
        elif i + 1 < len(text) and text[i + 1] == d:
            word += d
            i += 1
        else:
            words.append(word)
            word = ''
        i += 1
    names, values = words[0::2], words[1::2]
    assert len(names) == len(values) and '' not in names and '' not in values
    assert len(set(n.upper() for n in names)) == len(names)
    k = {n.upper(): v for n, v in zip(names, values)}
    par, tot = int(k['$PAR']), int(k['$TOT'])
    begin, end = int(k['$BEGINDATA']), int(k['$ENDDATA'])
    assert (int(b[26:34]), int(b[34:42])) == (begin, end)
    kind = {'F': ('<f', 4), 'D': ('<d', 8)}[k['$DATATYPE']]
    assert k['$BYTEORD'] == '1,2,3,4' and k['$MODE'] == 'L' and k['$NEXTDATA'] == '0'
    assert end - begin + 1 == par * tot * kind[1] and end + 1 == len(b)
    events = [v[0] for v in struct.iter_unpack(kind[0], b[begin:])]
    for p in range(1, par + 1):
        assert int(k['$P%dB' % p]) == 8 * kind[1] and k['$P%dE' % p] == '0,0'
        assert float(k['$P%dR' % p]) >= max(events[p - 1::par]) , p
    return names, k, [events[e * par:(e + 1) * par] for e in range(tot)]
)";

struct ReadBack {
  std::string text;

  explicit ReadBack(const std::string& path, const std::string& print)
      : text(python(kReader + "names, k, events = read('" + path + "')\n" + print)) {}
};

const std::vector<AddedChannel> kAdded = {{"m_type", {1, 2, 0}}, {"m_prob", {0.5F, 0.25F, 0.75F}}};
const std::vector<fcs::Keyword> kRemarks = {{"M_TYPE", "1=T1, 2=T/2"}};

#define NEEDS_OUTPUT(back)                                 \
  if ((back).text.empty() && python("print(1)").empty()) { \
    GTEST_SKIP() << "needs Python";                        \
  }

TEST(WriteFcs, AddsChannelsAfterAllThatWasThere) {
  FcsDraft draft = float_draft();
  draft.set("My key", "a|b/c");
  draft.set("Empty", "");
  const TemporaryFolder folder;
  const std::string out = folder.path("out.fcs");
  write_fcs(folder.write("in.fcs", draft.bytes()), kAdded, kRemarks, out);
  const ReadBack back(out,
                      "print(events)\nprint(names[2:20])\n"
                      "print(k['MY KEY'], k['$P1S'], k['$P3N'], k['$P4S'], k['$P3R'], k['$P4R'])\n"
                      "print(k['M_TYPE'], '|', k['MIXVAE ADDED CHANNELS'])");
  NEEDS_OUTPUT(back);
  std::istringstream lines(back.text);
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line, "[[1.0, 2.0, 1.0, 0.5], [3.0, 4.0, 2.0, 0.25], [5.0, 6.0, 0.0, 0.75]]");
  std::getline(lines, line);
  EXPECT_EQ(line,
            "['$BYTEORD', '$DATATYPE', '$MODE', '$NEXTDATA', '$PAR', '$TOT', '$P1N', '$P1S', "
            "'$P1B', '$P1R', '$P1E', '$P2N', '$P2S', '$P2B', '$P2R', '$P2E', 'My key', 'Empty']");
  std::getline(lines, line);
  EXPECT_EQ(line, "a|b/c CD3 m_type m_prob 3 2");
  std::getline(lines, line);
  EXPECT_EQ(line, "1=T1, 2=T/2 | m_type,m_prob");
}

TEST(WriteFcs, AddedChannelsAreNoMarkersAndAreReplacedNextTime) {
  const TemporaryFolder folder;
  const std::string once = folder.path("once.fcs");
  const std::string twice = folder.path("twice.fcs");
  write_fcs(folder.write("in.fcs", float_draft().bytes()), kAdded, kRemarks, once);
  write_fcs(once, std::vector<AddedChannel>{{"m_type", {7, 8, 9}}, {"other", {1, 1, 1}}}, {},
            twice);
  const Dataset dataset = read_fcs(twice);
  EXPECT_THAT(dataset.features.names, ElementsAre("CD3", "CD4", "m_type", "m_prob", "other"));
  EXPECT_EQ(to_dense(dataset.x)(2, 2), 9);
  EXPECT_EQ(to_dense(dataset.x)(2, 3), 0.75F);
  EXPECT_THAT(channel_kinds(dataset), ElementsAre(kFluorescenceMarker, kFluorescenceMarker,
                                                  kAnnotation, kAnnotation, kAnnotation));
}

TEST(WriteFcs, AllChannelsOfTheSameRecordAreReplaced) {
  const TemporaryFolder folder;
  const std::string path = folder.write("in.fcs", float_draft().bytes());
  write_fcs(path, kAdded, kRemarks, path, "m");
  write_fcs(path, std::vector<AddedChannel>{{"umap_1", {4, 5, 6}}}, {}, path, "m_umap");
  EXPECT_THAT(read_fcs(path).features.names,
              ElementsAre("CD3", "CD4", "m_type", "m_prob", "umap_1"));
  write_fcs(path, std::vector<AddedChannel>{{"m_prob", {1, 1, 0.5F}}}, {}, path, "m");
  const ReadBack back(path,
                      "print(events)\nprint([k['$P%dN' % p] for p in (1, 2, 3, 4)], '$P5N' in k)\n"
                      "print(k['MIXVAE ADDED CHANNELS'], k['M_CHANNELS'], k['M_UMAP_CHANNELS'], "
                      "'M_TYPE' in k)");
  NEEDS_OUTPUT(back);
  EXPECT_EQ(back.text,
            "[[1.0, 2.0, 4.0, 1.0], [3.0, 4.0, 5.0, 1.0], [5.0, 6.0, 6.0, 0.5]]\n"
            "['A', 'B', 'umap_1', 'm_prob'] False\n"
            "umap_1,m_prob m_prob umap_1 False\n");
}

TEST(WriteFcs, ARecordRemovesNothingThatWasNotAdded) {
  FcsDraft draft = float_draft();
  draft.set("M_CHANNELS", "A,gone");
  const TemporaryFolder folder;
  const std::string path = folder.write("in.fcs", draft.bytes());
  write_fcs(path, kAdded, kRemarks, path, "m");
  EXPECT_THAT(read_fcs(path).features.names, ElementsAre("CD3", "CD4", "m_type", "m_prob"));
}

TEST(WriteFcs, ResultsOfMassCytometryStayResults) {
  FcsDraft draft = float_draft();
  draft.set("$P1N", "Nd142Di");
  draft.set("$P2N", "Nd143Di");
  const TemporaryFolder folder;
  const std::string once = folder.path("once.fcs");
  const std::string twice = folder.path("twice.fcs");
  write_fcs(folder.write("in.fcs", draft.bytes()), kAdded, kRemarks, once);
  write_fcs(once, std::vector<AddedChannel>{{"other_type", {7, 8, 9}}}, {}, twice);
  EXPECT_THAT(channel_kinds(read_fcs(twice)),
              ElementsAre(kMetalMarker, kMetalMarker, kAnnotation, kAnnotation, kAnnotation));
}

TEST(WriteFcs, ChannelsThatAreGoneAreNoLongerNamedAsResults) {
  FcsDraft draft = float_draft();
  draft.set(kAddedChannels, "gone,A");
  const TemporaryFolder folder;
  const std::string out = folder.path("out.fcs");
  write_fcs(folder.write("in.fcs", draft.bytes()), kAdded, kRemarks, out);
  EXPECT_THAT(added_channels(fcs::open_file(out).keywords), ElementsAre("A", "m_type", "m_prob"));
}

TEST(WriteFcs, TypesOfSingleChannelsAreLeftOut) {
  FcsDraft draft = float_draft();
  draft.version = "FCS3.2";
  draft.set("$P1DATATYPE", "F");
  const TemporaryFolder folder;
  const std::string out = folder.path("out.fcs");
  write_fcs(folder.write("in.fcs", draft.bytes()), kAdded, kRemarks, out);
  EXPECT_FALSE(fcs::open_file(out).keywords.has("$P1DATATYPE"));
}

TEST(WriteFcs, OntoItself) {
  const TemporaryFolder folder;
  const std::string path = folder.write("in.fcs", float_draft().bytes());
  write_fcs(path, kAdded, kRemarks, path);
  EXPECT_EQ(read_fcs(path).feature_count(), 4);
}

TEST(WriteFcs, LogarithmicIntegersBecomeLinearAndOthersStayAsStored) {
  FcsDraft draft =
      integer_draft({16, 16}, true, integer_bytes(512, 2, true) + integer_bytes(700, 2, true), 1);
  draft.set("$P1R", "1024");
  draft.set("$P1E", "4,1");
  draft.set("$P1G", "8");
  draft.set("$P2G", "2");
  const TemporaryFolder folder;
  const std::string out = folder.path("out.fcs");
  const std::string in = folder.write("in.fcs", draft.bytes());
  write_fcs(in, {}, {}, out);
  const ReadBack back(out, "print(events, k['$DATATYPE'], k['$P1G'], k['$P2G'])");
  NEEDS_OUTPUT(back);
  EXPECT_EQ(back.text, "[[100.0, 700.0]] F 1 2\n");
  EXPECT_EQ(to_dense(read_fcs(in).x).values, to_dense(read_fcs(out).x).values);
}

TEST(WriteFcs, LargeIntegersAndDoublesAreKeptInDoublePrecision) {
  const FcsDraft draft = integer_draft({32}, false, integer_bytes(16777217, 4, false), 1);
  const TemporaryFolder folder;
  const std::string out = folder.path("out.fcs");
  write_fcs(folder.write("in.fcs", draft.bytes()), {}, {}, out);
  const ReadBack back(out, "print(events, k['$DATATYPE'])");
  NEEDS_OUTPUT(back);
  EXPECT_EQ(back.text, "[[16777217.0]] D\n");
}

TEST(WriteFcs, OldVersionsLatin1AndWideRanges) {
  FcsDraft draft = float_draft();
  draft.version = "FCS2.0";
  draft.text_offsets = false;
  draft.set("$P1S", "\xb5");
  draft.set("$P1R", "2");
  draft.set("$P2R", "NA");
  const TemporaryFolder folder;
  const std::string out = folder.path("out.fcs");
  write_fcs(folder.write("in.fcs", draft.bytes()), {}, {}, out);
  const ReadBack back(out, "print(ascii(k['$P1S']), k['$P1R'], k['$P2R'])");
  NEEDS_OUTPUT(back);
  EXPECT_EQ(back.text, "'\\xb5' 6 7\n");
}

TEST(WriteFcs, EveryRealFileComesBack) {
  const std::string folder_of = shared_file("conformance/fcs");
  MIXVAE_NEEDS(folder_of);
  const TemporaryFolder folder;
  for (const auto& entry : std::filesystem::directory_iterator(folder_of)) {
    if (std::filesystem::file_size(entry) < 1000 || entry.path().extension() == ".json" ||
        entry.path().extension() == ".csv") {
      continue;
    }
    SCOPED_TRACE(entry.path().filename().string());
    const std::string in = entry.path().string();
    const std::string out = folder.path("out.fcs");
    const fcs::File file = fcs::open_file(in);
    const auto events = static_cast<std::size_t>(file.layout.events);
    const std::vector<AddedChannel> added{{"m", std::vector<float>(events, 1.0F)}};
    if (file.data_sets > 1) {
      EXPECT_THROW(write_fcs(in, added, {}, out), InputError);
      continue;
    }
    write_fcs(in, added, {}, out);
    const Dataset before = read_fcs(in);
    const Dataset after = read_fcs(out);
    EXPECT_EQ(after.feature_count(), before.feature_count() + 1);
    const DenseMatrix a = to_dense(before.x);
    const DenseMatrix b = to_dense(after.x);
    ASSERT_EQ(a.rows, b.rows);
    for (Index r = 0; r < a.rows; ++r) {
      for (Index c = 0; c < a.columns; ++c) {
        ASSERT_NEAR(a(r, c), b(r, c), 1e-5F * std::abs(a(r, c))) << r << " " << c;
      }
    }
    for (const fcs::Keyword& keyword : file.keywords.all()) {
      EXPECT_TRUE(fcs::open_file(out).keywords.has(fcs::as_utf8(keyword.name))) << keyword.name;
    }
    if (!python("print(1)").empty()) {
      EXPECT_EQ(ReadBack(out, "print(len(events))").text, std::to_string(a.rows) + "\n");
    }
  }
}

TEST(WriteFcs, AFileOfSeveralDataSetsIsRefused) {
  const TemporaryFolder folder;
  const std::string in = folder.write("two.fcs", two_data_sets());
  const std::string message = refusal([&] {
    write_fcs(in, std::vector<AddedChannel>{{"label", {1, 2, 3}}}, {}, folder.path("out.fcs"));
  });
  EXPECT_THAT(message, ::testing::AllOf(HasSubstr("several data sets"), HasSubstr(in),
                                        HasSubstr("2 data sets"), HasSubstr(".h5ad or .csv")));
  EXPECT_FALSE(std::filesystem::exists(folder.path("out.fcs")));
}

TEST(WriteFcs, ResultsOfOtherEventsAreRefused) {
  const TemporaryFolder folder;
  const std::string in = folder.write("in.fcs", float_draft().bytes());
  EXPECT_THAT(refusal([&] {
                write_fcs(in, std::vector<AddedChannel>{{"m", {1}}}, {}, folder.path("out.fcs"));
              }),
              HasSubstr("not those of this file's events"));
  EXPECT_FALSE(std::filesystem::exists(folder.path("out.fcs")));
}

}  // namespace write_fcs_test
}  // namespace mixvae
