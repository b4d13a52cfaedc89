#include "models/cascade_stages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/refusal.hpp"

namespace mixvae::models {
namespace cascade_stages_test {

constexpr CascadeStageOptions kPublished{.warm_up_stages = 4, .stage_share = 1.0 / 15};

/// "released" of each stage up to the last one; negative while there are no types.
std::vector<std::int64_t> stages(std::int64_t states, std::int64_t warm_up) {
  std::vector<std::int64_t> found;
  for (std::int64_t t = 0; t <= last_cascade_stage(states, warm_up); ++t) {
    const CascadeStage stage = cascade_stage(t, states, warm_up);
    found.push_back(stage.types ? stage.released : -stage.released);
  }
  return found;
}

/// dSprites: weights index min(t + 1, 6) for t < 4, then min(t, 6).
TEST(CascadeStages, ReleaseStatesAsPublished) {
  EXPECT_THAT(stages(6, 4), testing::ElementsAre(-1, -2, -3, -4, 4, 5, 6));
  EXPECT_THAT(stages(3, 1), testing::ElementsAre(-1, 1, 2, 3));
  EXPECT_THAT(stages(2, 4), testing::ElementsAre(-1, -2, -2, -2, 2));
  EXPECT_THAT(stages(2, 0), testing::ElementsAre(0, 1, 2));
  EXPECT_EQ(cascade_stage(40, 6, 4).released, 6);
}

std::vector<std::int64_t> epochs_of(const std::vector<Phase>& phases) {
  std::vector<std::int64_t> epochs;
  for (const Phase& phase : phases) {
    epochs.push_back(phase.epochs);
  }
  return epochs;
}

TEST(CascadeStages, HaveAPhaseEach) {
  const auto phases = cascade_phases(kPublished, 6, 30);  // a fifteenth of 30 is 2
  EXPECT_THAT(epochs_of(phases), testing::ElementsAre(2, 2, 2, 2, 2, 2, 18));
  std::int64_t before = 0;
  for (std::size_t t = 0; t < phases.size(); ++t) {
    EXPECT_EQ(phases[t].stage, static_cast<std::int64_t>(t));
    // 1, 2, 3, 4, 4, 5 and 6 released states: the optimiser goes on where types begin.
    EXPECT_EQ(phases[t].fresh_optimiser, t > 0 && t != 4) << t;
    EXPECT_EQ(phases[t].scheduled_before, before);
    EXPECT_EQ(phases[t].scheduled_after, 30 - before - phases[t].epochs);
    before += phases[t].epochs;
  }
  EXPECT_EQ(phases[3].name, "stage 4 (warm-up)");
  EXPECT_EQ(phases[4].name, "stage 5 (types)");
}

TEST(CascadeStages, ThatFewEpochsLeaveOutHaveNoPhase) {
  for (const std::int64_t epochs : {1, 2, 5, 7}) {
    const auto phases = cascade_phases(kPublished, 6, epochs);
    std::int64_t sum = 0;
    for (const std::int64_t one : epochs_of(phases)) {
      EXPECT_GE(one, 1);
      sum += one;
    }
    EXPECT_EQ(sum, epochs);
    EXPECT_EQ(phases.back().stage, 6);
    EXPECT_FALSE(phases.front().fresh_optimiser);
  }
  EXPECT_THAT(epochs_of(cascade_phases({.warm_up_stages = 1, .stage_share = 0.3}, 3, 2)),
              testing::ElementsAre(1, 1));
}

TEST(CascadeStages, ThatTakeAllOfTheTrainingAreRefused) {
  EXPECT_NO_THROW(require_last_stage({.warm_up_stages = 4, .stage_share = 0.2}, 3));
  EXPECT_THAT(
      support::refusal([] { require_last_stage({.warm_up_stages = 4, .stage_share = 0.2}, 5); }),
      testing::AllOf(
          testing::HasSubstr("the stages before the last one take all of the training"),
          testing::HasSubstr("5 stages (--states 5, --warm-up-stages 4) of --stage-share 0.2"),
          testing::HasSubstr("--stage-share below 0.2")));
}

}  // namespace cascade_stages_test
}  // namespace mixvae::models
