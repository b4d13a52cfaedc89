#include "analysis/assignment.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "fit/fit.hpp"
#include "support/fit_settings.hpp"
#include "support/simulated_cells.hpp"

namespace mixvae::analysis {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr Index kCells = 157;

/// A data set and a model of it with three arms, made once.
struct Assigned : ::testing::Test {
  static void SetUpTestSuite() {
    data_ = std::make_unique<Dataset>(support::simulated_cells({kCells, 61, 3, 80, 30}));
    fit::FitOptions options;
    options.settings.types = 4;
    options.settings.components = 7;
    support::set(options, "arms", "3");
    support::set(options, "hidden", "20");
    support::set(options, "latent", "5");
    options.training.epochs = 20;
    options.training.batch_size = 50;
    result_ = std::make_unique<fit::FitResult>(fit::fit(*data_, options, 3, {}));
  }
  static void TearDownTestSuite() {
    data_.reset();
    result_.reset();
  }

  fit::TrainedModel& model = result_->trained;
  const Dataset& data = *data_;
  const std::optional<double> consensus_of_the_fit = result_->consensus;

 private:
  static inline std::unique_ptr<Dataset> data_;
  static inline std::unique_ptr<fit::FitResult> result_;
};

TEST_F(Assigned, TypesAreTheMostProbableOnesByFallingSize) {
  const Assignment found = assign(model, data);
  ASSERT_THAT(found.types, SizeIs(kCells));
  EXPECT_THAT(found.type_names, ElementsAre("T1", "T2", "T3", "T4"));
  std::vector<Index> sizes(4, 0);
  for (Index n = 0; n < kCells; ++n) {
    const auto probs = found.type_probs.row(n);
    const auto best = std::ranges::max_element(probs);
    EXPECT_EQ(found.types[n], best - probs.begin());
    EXPECT_EQ(found.type_prob[n], *best);
    EXPECT_NEAR(probs[0] + probs[1] + probs[2] + probs[3], 1, 1e-5);
    ++sizes[found.types[n]];
  }
  EXPECT_TRUE(std::ranges::is_sorted(sizes, std::greater<>{}));
  EXPECT_EQ(found.left_out, 0);
}

TEST_F(Assigned, ConsensusCountsPairsOfArms) {
  const Assignment found = assign(model, data);
  ASSERT_THAT(found.arm_types, SizeIs(3));
  for (Index n = 0; n < kCells; ++n) {
    const auto a = found.arm_types[0][n];
    const auto b = found.arm_types[1][n];
    const auto c = found.arm_types[2][n];
    EXPECT_NEAR(found.consensus[n], ((a == b) + (a == c) + (b == c)) / 3.0, 1e-6);
  }
  const double mean = std::accumulate(found.consensus.begin(), found.consensus.end(), 0.0) / kCells;
  EXPECT_NEAR(mean, consensus_of_the_fit.value(), 1e-6) << "one number, wherever it is told";
}

TEST_F(Assigned, StatesAreThoseOfTheReportedArm) {
  const Assignment found = assign(model, data);
  EXPECT_EQ(found.arm, model.best_arm);
  EXPECT_EQ(found.state.values, found.arm_states[found.arm].values);
  EXPECT_EQ(found.latent.values, found.arm_latents[found.arm].values);
  EXPECT_EQ(found.state.rows, kCells);
  EXPECT_EQ(found.latent.columns, 5);
  EXPECT_NE(found.arm_latents[0].values, found.arm_latents[1].values);
}

TEST_F(Assigned, NeitherOtherCellsNorTheOrderOfFeaturesMatter) {
  const Assignment all = assign(model, data);
  const std::vector<Index> cells{100, 3, 41};
  std::vector<Index> features;
  for (Index f = data.feature_count(); f-- > 0;) {
    features.push_back(f);
  }
  Dataset few;
  few.x = select_rows(select_columns(data.x, features), cells);
  few.cells = select_rows(data.cells, cells);
  few.features = select_rows(data.features, features);
  const Assignment found = assign(model, few);
  for (Index i = 0; i < 3; ++i) {
    EXPECT_EQ(found.types[i], all.types[cells[i]]);
    EXPECT_NEAR(found.type_prob[i], all.type_prob[cells[i]], 1e-4);
  }
}

TEST_F(Assigned, CellsThatAreLeftOutHaveNoResultAndTheOthersKeepTheirs) {
  const Assignment all = assign(model, data);
  Dataset gapped = data;
  DenseMatrix x = to_dense(data.x);
  std::ranges::fill(x.row(1), 0.0F);
  gapped.x = x;
  const Assignment found = assign(model, gapped);
  EXPECT_EQ(found.left_out, 1);
  EXPECT_EQ(found.types[1], -1);
  EXPECT_TRUE(std::isnan(found.type_prob[1]));
  EXPECT_TRUE(std::isnan(found.consensus[1]));
  EXPECT_TRUE(std::isnan(found.type_probs(1, 3)));
  EXPECT_TRUE(std::isnan(found.state(1, 0)));
  EXPECT_TRUE(std::isnan(found.latent(1, 4)));
  for (const auto& arm : found.arm_types) {
    EXPECT_EQ(arm[1], -1);
  }
  EXPECT_THAT(found.notes, ::testing::Contains(HasSubstr("left out: 1 cell")));
  EXPECT_EQ(found.types[0], all.types[0]);
  EXPECT_EQ(found.types[kCells - 1], all.types[kCells - 1]);
}

TEST_F(Assigned, TooFewFeaturesAreRefusedUnlessAllowed) {
  const std::vector<Index> features{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  Dataset part = data;
  part.x = select_columns(data.x, features);
  part.features = select_rows(data.features, features);
  EXPECT_THROW(assign(model, part), InputError);
  EXPECT_THAT(assign(model, part, 0.1).types, Each(::testing::Ge(0)));
}

}  // namespace
}  // namespace mixvae::analysis
