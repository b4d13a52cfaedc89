#include "fit/pruning.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

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

}  // namespace
}  // namespace mixvae::fit
