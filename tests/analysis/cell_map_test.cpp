#include "analysis/cell_map.hpp"

#include <cmath>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "fit/fit.hpp"
#include "support/fit_settings.hpp"
#include "support/refusal.hpp"
#include "support/simulated_cells.hpp"

namespace mixvae::analysis {
namespace cell_map_test {

using support::refusal;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr Index kCells = 130;

struct Mapped : ::testing::Test {
  static void SetUpTestSuite() {
    data_ = std::make_unique<Dataset>(support::simulated_cells({kCells, 50, 3, 60, 30}));
    fit::FitOptions options;
    options.settings.types = 3;
    options.settings.components = 6;
    options.training.epochs = 2;
    options.training.batch_size = 50;
    support::set(options, "replicates", "0");
    model_ = std::make_unique<fit::TrainedModel>(fit::fit(*data_, options, 3, {}).trained);
    DenseMatrix stored(kCells, 3);
    for (Index n = 0; n < kCells; ++n) {
      stored(n, 0) = static_cast<float>(n);
      stored(n, 1) = n % 10 == 0 ? std::nanf("") : 2;
    }
    data_->arrays["X_mine"] = stored;
    data_->arrays["X_thin"] = DenseMatrix(kCells, 1);
  }
  static void TearDownTestSuite() {
    data_.reset();
    model_.reset();
  }

  const Dataset& data = *data_;
  const fit::TrainedModel& model = *model_;

  CellMap map_of(const CellMapOptions& options) const {
    std::vector<Index> all(at(kCells));
    std::iota(all.begin(), all.end(), 0);
    return cell_map(model, data, all, options);
  }

 private:
  static inline std::unique_ptr<Dataset> data_;
  static inline std::unique_ptr<fit::TrainedModel> model_;
};

TEST_F(Mapped, EveryKindHasFinitePlacesForEveryCell) {
  for (const char* kind : {"umap", "pca"}) {
    const CellMap map = map_of({.map = kind});
    EXPECT_THAT(map.cells, SizeIs(kCells)) << kind;
    ASSERT_EQ(map.places.rows, kCells) << kind;
    EXPECT_EQ(map.places.columns, 2) << kind;
    for (const float value : map.places.values) {
      EXPECT_TRUE(std::isfinite(value)) << kind;
    }
  }
}

TEST_F(Mapped, StoredEmbeddingsAreTakenWithoutCellsThatLackNumbers) {
  const CellMap map = map_of({.map = "X_mine"});
  EXPECT_EQ(map.title, "X_mine");
  ASSERT_THAT(map.cells, SizeIs(117));
  EXPECT_EQ(map.cells.front(), 1);
  EXPECT_EQ(map.places(0, 0), 1);
  EXPECT_EQ(map.places(0, 1), 2);
}

TEST_F(Mapped, ASampleIsDrawnBySeed) {
  const CellMap a = map_of({.map = "pca", .most_cells = 40, .seed = 1});
  EXPECT_THAT(a.cells, SizeIs(40));
  EXPECT_TRUE(std::ranges::is_sorted(a.cells));
  EXPECT_EQ(a.cells, map_of({.map = "pca", .most_cells = 40, .seed = 1}).cells);
  EXPECT_NE(a.cells, map_of({.map = "pca", .most_cells = 40, .seed = 2}).cells);
}

TEST_F(Mapped, RefusesEmbeddingsThatAreNotThereOrHaveOneColumnAndTooFewCells) {
  for (const char* name : {"X_other", "X_thin"}) {
    EXPECT_THAT(refusal([&] { static_cast<void>(map_of({.map = name})); }),
                AllOf(HasSubstr(name), HasSubstr("umap, pca, X_mine")));
    EXPECT_THAT(refusal([&] { require_map(data, {.map = name}); }), HasSubstr(name));
  }
  EXPECT_THAT(
      refusal<InputError>([&] { static_cast<void>(map_of({.map = "X_mine", .most_cells = 2})); }),
      AllOf(HasSubstr("too few cells"), HasSubstr("found: 2")));
}

}  // namespace cell_map_test
}  // namespace mixvae::analysis
