#include "data/io/fcs/spillover.hpp"

#include "data/files.hpp"
#include "data/io/fcs/fcs_draft.hpp"
#include "data/io/fcs/read_fcs.hpp"
#include "data/prepare/preprocessing.hpp"

namespace mixvae::fcs {
namespace spillover_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing_files::FcsDraft;
using testing_files::float_bytes;
using testing_files::float_draft;
using testing_files::refusal;
using testing_files::TemporaryFolder;

/// True light 10 and 20; a tenth of A's is seen in B, a fifth of B's in A.
FcsDraft spilled() {
  FcsDraft draft = float_draft();
  draft.data = float_bytes(10.0F + 4.0F) + float_bytes(20.0F + 1.0F);
  draft.set("$TOT", "1");
  draft.set("$SPILLOVER", "2,A,B,1,0.1,0.2,1");
  return draft;
}

FcsDraft float_draft_with_spillover() {
  FcsDraft draft = float_draft();
  draft.set("$SPILLOVER", "2,A,B,1,0.1,0.2,1");
  return draft;
}

Dataset read(const FcsDraft& draft, bool compensate = true) {
  const TemporaryFolder folder;
  return read_fcs(folder.write("a.fcs", draft.bytes()), compensate);
}

std::vector<float> values(const Dataset& dataset) { return to_dense(dataset.x).values; }

TEST(FcsSpillover, TheLightIsGivenBack) {
  const Dataset dataset = read(spilled());
  EXPECT_FLOAT_EQ(values(dataset)[0], 10);
  EXPECT_FLOAT_EQ(values(dataset)[1], 20);
  EXPECT_THAT(dataset.source.notes,
              ElementsAre("2 channels were compensated by the spillover matrix in $SPILLOVER."));
  EXPECT_THAT(values(read(spilled(), false)), ElementsAre(14, 21));
}

TEST(FcsSpillover, DataMustBeCompensatedAsThoseOfTheFit) {
  const PreprocessingOptions wanted{.normalise = "none", .trust_values = true};
  FcsDraft draft = spilled();
  draft.data += draft.data;
  draft.set("$TOT", "2");
  const Dataset yes = read(draft);
  const Dataset no = read(draft, false);
  const Dataset none_stored = read(float_draft());
  EXPECT_EQ(yes.source.compensated, true);
  EXPECT_EQ(no.source.compensated, false);
  EXPECT_EQ(none_stored.source.compensated, std::nullopt);
  const auto apply = [&](const Dataset& fit, const Dataset& other) {
    const std::string stored = to_json(fit_preprocessing(fit, wanted));
    return refusal([&] { apply_preprocessing(preprocessing_from_json(stored), other); });
  };
  EXPECT_THAT(apply(no, yes), ::testing::AllOf(HasSubstr("not compensated as those of the fit"),
                                               HasSubstr("use --compensate no")));
  EXPECT_THAT(apply(yes, no), HasSubstr("leave out --compensate no"));
  for (const auto& [fit, other] :
       {std::pair(yes, yes), std::pair(no, no), std::pair(none_stored, yes),
        std::pair(none_stored, no), std::pair(no, none_stored)}) {
    EXPECT_NO_THROW(apply_preprocessing(fit_preprocessing(fit, wanted), other));
  }
}

TEST(FcsSpillover, FluorescenceOfUnknownSpilloverDoesNotFollowACompensatedFit) {
  const PreprocessingOptions wanted{.normalise = "none", .trust_values = true};
  const Preprocessing fitted = fit_preprocessing(read(float_draft_with_spillover()), wanted);
  const auto outcome = [&](const FcsDraft& draft) {
    return refusal([&] { apply_preprocessing(fitted, read(draft)); });
  };
  EXPECT_THAT(outcome(float_draft()),
              ::testing::AllOf(HasSubstr("no word that they are compensated"),
                               HasSubstr("--trust-values")));
  EXPECT_NO_THROW(apply_preprocessing(fitted, read(float_draft()), {.trust_values = true}));
  FcsDraft unnamed = float_draft();
  unnamed.set("$SPILLOVER", "2,A,xx,1,0.1,0.2,1");
  EXPECT_THAT(outcome(unnamed), HasSubstr("no spillover matrix for them"));
  FcsDraft identity = float_draft();
  identity.set("$SPILLOVER", "2,A,B,1,0,0,1");
  FcsDraft named = float_draft();
  named.set("$P1N", "Comp-A");
  named.set("$P2N", "Comp-B");
  FcsDraft metals = float_draft();
  metals.set("$P1N", "Nd145Di");
  metals.set("$P2N", "Sm154Di");
  for (const FcsDraft& draft : {identity, named, metals}) {
    EXPECT_FALSE(read(draft).source.spillover_unknown);
    EXPECT_NO_THROW(apply_preprocessing(fitted, read(draft)));
  }
}

TEST(FcsSpillover, EveryKeywordAndEveryWayToNameChannels) {
  for (const char* keyword : {"SPILL", "SPILLOVER", "$COMP", "COMP"}) {
    for (const char* names : {"2,A,B,1,0.1,0.2,1", "2, B,A ,1,.2,.1,1", "2,1,2,1,0.1,0.2,1",
                              "2,CD3,CD4,1,0.1,0.2,1", "2,1,0.1,0.2,1"}) {
      FcsDraft draft = spilled();
      draft.remove("$SPILLOVER");
      draft.set(keyword, names);
      EXPECT_FLOAT_EQ(values(read(draft))[0], 10) << keyword << " " << names;
    }
  }
}

TEST(FcsSpillover, WhatIsCompensatedStays) {
  FcsDraft draft = spilled();
  draft.set("APPLY COMPENSATION", "FALSE");
  EXPECT_THAT(values(read(draft)), ElementsAre(14, 21));
  EXPECT_THAT(read(draft).source.notes, ElementsAre(HasSubstr("APPLY COMPENSATION FALSE")));
  draft.remove("APPLY COMPENSATION");
  draft.set("$P1N", "Comp-A");
  draft.set("$P2N", "Comp-B");
  EXPECT_THAT(values(read(draft)), ElementsAre(14, 21));
  EXPECT_THAT(read(draft).source.notes, ElementsAre(HasSubstr("compensated already")));
  draft = spilled();
  draft.set("$SPILLOVER", "2,A,B,1,0,0,1");
  EXPECT_THAT(read(draft).source.notes, ElementsAre(HasSubstr("it is the identity")));
  draft.set("$SPILLOVER", "2,A,xx,1,0.1,0.2,1");
  EXPECT_THAT(values(read(draft)), ElementsAre(14, 21));
  EXPECT_THAT(read(draft).source.notes, ElementsAre(HasSubstr("no channel is called 'xx'")));
}

class FcsBadSpillover : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(FcsBadSpillover, IsRefusedWithTheWayOut) {
  FcsDraft draft = spilled();
  draft.set("$SPILLOVER", GetParam().first);
  EXPECT_THAT(refusal([&] { read(draft); }),
              ::testing::AllOf(HasSubstr("$SPILLOVER cannot be used"), HasSubstr(GetParam().second),
                               HasSubstr("--compensate no")));
  EXPECT_THAT(values(read(draft, false)), ElementsAre(14, 21));
}

INSTANTIATE_TEST_SUITE_P(Matrices, FcsBadSpillover,
                         ::testing::Values(std::pair{"2,A,B,1,0.1,0.2", "6 entries"},
                                           std::pair{"2,A,B,1,0.1,0.2,1,1", "8 entries"},
                                           std::pair{"x,A,B,1,0.1,0.2,1", "'x' channels"},
                                           std::pair{"0", "'0' channels"},
                                           std::pair{"99,A", "'99' channels"},
                                           std::pair{"2,A,A,1,0.1,0.2,1", "named twice"},
                                           std::pair{"2,A,B,1,0.1,zero,1", "'zero'"},
                                           std::pair{"2,A,B,1,0.1,nan,1", "'nan'"},
                                           std::pair{"2,A,B,1,1,1,1", "without an inverse"}));

TEST(FcsSpillover, InverseOfAMatrixThatNeedsRowExchange) {
  const auto inverse = inverse_of({0, 2, 0, 0, 0, 4, 8, 0, 0}, 3);
  ASSERT_TRUE(inverse.has_value());
  EXPECT_THAT(*inverse, ElementsAre(0, 0, 0.125, 0.5, 0, 0, 0, 0.25, 0));
}

/// The spillover of a real file against numpy.
TEST(FcsSpillover, RealFileAgainstNumpy) {
  const std::string path =
      testing_files::shared_file("conformance/fcs/FlowKit__test_comp_example.fcs");
  MIXVAE_NEEDS(path);
  const std::string sums = testing_files::python(R"(
import numpy, struct
b = open(')" + path + R"(', 'rb').read()
t = b[int(b[10:18]):int(b[18:26]) + 1].decode('latin1')
w = t[1:].split(t[0]); k = dict(zip(w[0::2], w[1::2]))
n = int(k['$PAR']); begin = int(k['$BEGINDATA'])
x = numpy.frombuffer(b, '>f4', n * int(k['$TOT']), begin).reshape(-1, n).astype(float)
s = k['SPILL'].split(','); m = int(s[0])
names = [k['$P%dN' % (i + 1)] for i in range(n)]
at = [names.index(v) for v in s[1:1 + m]]
x[:, at] = x[:, at] @ numpy.linalg.inv(numpy.array(s[1 + m:], float).reshape(m, m))
print(*['%.17g' % v for v in numpy.abs(x).sum(0)])
)");
  if (sums.empty()) {
    GTEST_SKIP() << "needs Python with numpy";
  }
  const DenseMatrix x = to_dense(read_fcs(path).x);
  std::istringstream stream(sums);
  for (Index c = 0; c < x.columns - 1; ++c) {  // the last is time, which has a unit
    double expected = 0;
    double found = 0;
    stream >> expected;
    for (Index r = 0; r < x.rows; ++r) {
      found += std::abs(static_cast<double>(x(r, c)));
    }
    EXPECT_NEAR(found, expected, 1e-6 * expected) << c;
  }
}

}  // namespace spillover_test
}  // namespace mixvae::fcs
