#include "fit/stage_estimate.hpp"

#include <gtest/gtest.h>

namespace mixvae::fit {
namespace {

StageSizes ten_thousand() {
  return {.cells = 10'000,
          .features = 2'000,
          .stored = 2'000'000,
          .components = 86,
          .coordinates = 86,
          .neighbours = 15,
          .types = 86,
          .start = models::StartKind::consensus};
}

StageSizes with_cells(Index cells) {
  StageSizes sizes = ten_thousand();
  sizes.stored = sizes.stored / sizes.cells * cells;
  sizes.cells = cells;
  return sizes;
}

TEST(StageEstimate, GrowsAsTheWorkDoes) {
  const StageSizes small = ten_thousand();
  const StageSizes large = with_cells(20'000);
  EXPECT_GT(component_work(large), component_work(small));
  EXPECT_LT(component_work(large), 2.1 * component_work(small));
  EXPECT_NEAR(neighbour_work(large), 4 * neighbour_work(small), 1e-9) << "all pairs";
  EXPECT_GT(start_work(large), 1.5 * start_work(small));
  StageSizes umap = small;
  umap.umap = true;
  EXPECT_GT(neighbour_work(umap), neighbour_work(small));
  StageSizes straight = small;
  straight.straighten = true;
  EXPECT_DOUBLE_EQ(neighbour_work(straight), neighbour_work(small) + component_work(small));
}

TEST(StageEstimate, ManyCellsAreNotComparedInPairs) {
  EXPECT_LT(neighbour_work(with_cells(400'000)), 8.5 * neighbour_work(with_cells(100'000)))
      << "O(N^1.5)";
}

TEST(StageEstimate, EveryStartTakesTimeAndNoneTakesNone) {
  using Kind = models::StartKind;
  StageSizes sizes = ten_thousand();
  for (const Kind kind :
       {Kind::kmeans, Kind::merged, Kind::gaussian, Kind::leiden, Kind::consensus}) {
    sizes.start = kind;
    EXPECT_GT(start_work(sizes), 0);
  }
  EXPECT_GT(
      start_work(ten_thousand()), 5 *
                                      [&] {
                                        sizes.start = Kind::kmeans;
                                        return start_work(sizes);
                                      }())
      << "a consensus has many members";
  sizes.start = Kind::none;
  EXPECT_EQ(start_work(sizes), 0);
}

TEST(StageEstimate, TrainingGrowsWithEpochsAndStatesHaveTheirShare) {
  FitOptions options;
  options.training.epochs = 10;
  const auto work = [&] { return training_work(options, {}, {}, ten_thousand(), 1); };
  const TrainingWork ten = work();
  EXPECT_GT(ten.states, 0);
  options.training.epochs = 20;
  EXPECT_NEAR(work().training, 2 * ten.training, 1e-9 + 0.01 * ten.training);
}

TEST(StageEstimate, TheMachineIsTimed) { EXPECT_GT(machine_seconds(), 0.01); }

}  // namespace
}  // namespace mixvae::fit
