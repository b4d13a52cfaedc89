#include "fit/pruning.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "support/refusal.hpp"

namespace mixvae::fit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(TypesToPrune, TakesTheLowestFirstAndLeavesPrunedTypesAlone) {
  const std::vector<double> agreement{0.9, 0.2, 0.0, 0.1, 0.5};
  const std::vector<bool> kept{true, true, false, true, true};
  EXPECT_THAT(types_to_prune(agreement, kept, 0.5, 2), ElementsAre(3, 1));
  EXPECT_THAT(types_to_prune(agreement, kept, 0.5, 9), ElementsAre(3, 1, 4));
  EXPECT_TRUE(types_to_prune(agreement, kept, 0.05, 9).empty());
}

TEST(TypesToPrune, NeverPrunesTheLastType) {
  EXPECT_EQ(types_to_prune({0.0, 0.0}, {true, true}, 1.0, 9).size(), 1U);
  EXPECT_TRUE(types_to_prune({0.0, 0.0}, {true, false}, 1.0, 9).empty());
}

TEST(Curve, IsReadableAndMachineReadable) {
  const std::vector<PruningRound> rounds{{3, 0.5, 0.25, 12.5, {1}}, {2, 0.75, 0.5, 13.0, {}}};
  EXPECT_THAT(
      curve_text(rounds),
      HasSubstr("    3           0.500             0.250               12.5000              1\n"));
  EXPECT_EQ(curve_csv(rounds),
            "types,mean_agreement,lowest_agreement,reconstruction,pruned\n"
            "3,0.500000,0.250000,12.500000,1\n2,0.750000,0.500000,13.000000,0\n");
}

TEST(PruningRound, ComesBackFromJson) {
  for (const PruningRound& round :
       {PruningRound{3, 0.1, 0.25, 12.5, {1, 7}}, PruningRound{2, {}, {}, 1, {}}}) {
    const PruningRound back = pruning_round(nlohmann::json::parse(pruning_json(round).dump()));
    EXPECT_EQ(curve_csv({back}), curve_csv({round}));
    EXPECT_EQ(back.pruned, round.pruned);
  }
}

TEST(Curve, HasNoAgreementOfOneArm) {
  const std::vector<PruningRound> rounds{{3, {}, {}, 12.5, {}}};
  EXPECT_THAT(
      curve_text(rounds),
      HasSubstr("    3               -                 -               12.5000              0\n"));
  EXPECT_THAT(curve_csv(rounds), HasSubstr("\n3,,,12.500000,0\n"));
}

TEST(Curve, ComesBackFromItsFile) {
  const std::vector<PruningRound> rounds{{3, 0.5, 0.25, 12.5, {1, 4}}, {1, 0.75, 0.5, 13, {}}};
  const std::vector<PruningRound> alone{{3, {}, {}, 12.5, {}}};
  for (const auto& curve : {rounds, alone}) {
    const std::vector<PruningRound> back = curve_of_csv(curve_csv(curve), "run/types.csv");
    EXPECT_EQ(curve_csv(back), curve_csv(curve));
    EXPECT_EQ(back.front().mean_agreement, curve.front().mean_agreement);
  }
}

TEST(Curve, ThatIsNotWholeIsRefused) {
  const std::string whole = curve_csv({{3, 0.5, 0.25, 12.5, {1}}});
  const std::string header = whole.substr(0, whole.find('\n') + 1);
  for (const std::string& text :
       {std::string("3,0.5,0.25,12.5,1\n"), whole.substr(0, whole.size() - 3),
        header + "3,0.5,,12.5,1\n", header + "3,a,0.25,12.5,1\n", header + "3,,,,1\n"}) {
    EXPECT_THAT(support::refusal<InputError>(
                    [&] { static_cast<void>(curve_of_csv(text, "run/types.csv")); }),
                testing::AllOf(HasSubstr("not whole"), HasSubstr("run/types.csv, line ")))
        << text;
  }
}

}  // namespace
}  // namespace mixvae::fit
