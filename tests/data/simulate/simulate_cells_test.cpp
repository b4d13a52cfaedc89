#include "data/simulate/simulate_cells.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include <gtest/gtest.h>

#include "base/parallel.hpp"
#include "data/prepare/type_libraries.hpp"
#include "data/small_datasets.hpp"
#include "support/valid_matrix.hpp"

namespace mixvae {
namespace simulate_cells_test {

using test::message_of;
using ::testing::HasSubstr;

const std::vector<std::int32_t>& types_of(const Dataset& dataset) {
  return std::get<Categorical>(dataset.cells.find("true_type")->values).codes;
}

/// One type without states, dropout or spread of library sizes: independent draws with the same
/// mean for each gene.
SimulateCellsOptions plain_settings() {
  return {.cells = 3000,
          .genes = 40,
          .types = 1,
          .largest_type = 0,
          .smallest_type = 0,
          .shared_states = 0,
          .type_states = 0,
          .library_median = 2000,
          .library_spread = 0,
          .dispersion = 0.3,
          .dropout = 0};
}

struct Moments {
  double mean = 0;
  double variance = 0;
};

Moments moments(const DenseMatrix& x, Index column) {
  Moments result;
  for (Index r = 0; r < x.rows; ++r) {
    result.mean += static_cast<double>(x(r, column)) / static_cast<double>(x.rows);
  }
  for (Index r = 0; r < x.rows; ++r) {
    const double away = static_cast<double>(x(r, column)) - result.mean;
    result.variance += away * away / static_cast<double>(x.rows - 1);
  }
  return result;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const auto n = static_cast<double>(a.size());
  const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / n;
  const double mean_b = std::accumulate(b.begin(), b.end(), 0.0) / n;
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean_a) * (b[i] - mean_b);
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
  }
  return ab / std::sqrt(aa * bb);
}

TEST(SimulateCells, TruthStandsInTheDataSet) {
  const Dataset dataset = simulate_cells({.cells = 300,
                                          .genes = 60,
                                          .types = 4,
                                          .largest_type = 120,
                                          .smallest_type = 30,
                                          .batches = 3},
                                         1);
  EXPECT_EQ(dataset.cell_count(), 300);
  EXPECT_EQ(dataset.feature_count(), 60);
  EXPECT_TRUE(support::is_valid(std::get<CsrMatrix>(dataset.x)));
  std::map<std::int32_t, int> sizes;
  for (const std::int32_t type : types_of(dataset)) {
    ++sizes[type];
  }
  EXPECT_EQ(sizes.size(), 4U);
  EXPECT_EQ(sizes[0], 120);
  EXPECT_EQ(sizes[3], 30);
  EXPECT_EQ(std::get<Categorical>(dataset.cells.find("batch")->values).categories.size(), 3U);
  EXPECT_EQ(dataset.arrays.at("X_true_state").columns, 2);
  for (const char* name : {"type1:", "type2:", "type3:", "type4:"}) {
    EXPECT_THAT(dataset.texts.at("tree"), HasSubstr(name));
  }
}

TEST(SimulateCells, SameBitsForAnyNumberOfThreadsAndOtherBitsForAnotherSeed) {
  SimulateCellsOptions wanted{
      .cells = 150, .genes = 80, .types = 5, .largest_type = 60, .smallest_type = 10, .batches = 2};
  set_thread_count(1);
  const Dataset one = simulate_cells(wanted, 4);
  set_thread_count(3);
  const Dataset three = simulate_cells(wanted, 4);
  set_thread_count(0);
  EXPECT_EQ(std::get<CsrMatrix>(one.x).values, std::get<CsrMatrix>(three.x).values);
  EXPECT_EQ(std::get<CsrMatrix>(one.x).column_numbers, std::get<CsrMatrix>(three.x).column_numbers);
  EXPECT_NE(std::get<CsrMatrix>(one.x).values,
            std::get<CsrMatrix>(simulate_cells(wanted, 5).x).values);
}

TEST(SimulateCells, MeansAndVariancesFollowTheNegativeBinomial) {
  const SimulateCellsOptions wanted = plain_settings();
  const Dataset dataset = simulate_cells(wanted, 7);
  const DenseMatrix x = to_dense(dataset.x);
  const auto base = std::get<std::vector<double>>(dataset.features.find("mean")->values);
  const double total = std::accumulate(base.begin(), base.end(), 0.0);
  double log_ratio = 0;
  int genes = 0;
  for (Index g = 0; g < 40; ++g) {
    const double mean = 2000 * base[static_cast<std::size_t>(g)] / total;
    const Moments found = moments(x, g);
    EXPECT_NEAR(found.mean, mean, 5 * std::sqrt(found.variance / 3000) + 0.02);
    if (mean > 1) {
      const double variation = 0.3 + 1 / std::sqrt(mean);
      log_ratio += std::log(found.variance / (mean + mean * mean * variation * variation));
      ++genes;
    }
  }
  ASSERT_GT(genes, 10);
  EXPECT_NEAR(log_ratio / genes, 0, 0.15) << "up to each gene's own 60 / chi2_60";
}

TEST(SimulateCells, LibrarySizesAreLogNormal) {
  SimulateCellsOptions wanted = plain_settings();
  wanted.library_spread = 0.4;
  const Dataset dataset = simulate_cells(wanted, 7);
  std::vector<double> logs =
      std::get<std::vector<double>>(dataset.cells.find("true_library")->values);
  std::ranges::transform(logs, logs.begin(), [](double x) { return std::log(x); });
  const double mean = std::accumulate(logs.begin(), logs.end(), 0.0) / 3000;
  double squares = 0;
  for (const double x : logs) {
    squares += (x - mean) * (x - mean) / 3000;
  }
  EXPECT_NEAR(mean, std::log(2000), 0.03);
  EXPECT_NEAR(std::sqrt(squares), 0.4, 0.02);
  std::vector<double> sums;
  for (const float sum : type_libraries(dataset).sums) {
    sums.push_back(std::log(static_cast<double>(sum)));
  }
  EXPECT_GT(correlation(logs, sums), 0.8);
}

TEST(SimulateCells, DropoutLosesHalfTheValuesAtItsMean) {
  SimulateCellsOptions wanted = plain_settings();
  const Dataset whole = simulate_cells(wanted, 7);
  wanted.dropout = 5;
  const Dataset lossy = simulate_cells(wanted, 7);
  const auto base = std::get<std::vector<double>>(whole.features.find("mean")->values);
  const double total = std::accumulate(base.begin(), base.end(), 0.0);
  const DenseMatrix x = to_dense(whole.x);
  const DenseMatrix y = to_dense(lossy.x);
  for (Index g = 0; g < 40; ++g) {
    const double mean = 2000 * base[static_cast<std::size_t>(g)] / total;
    const Moments before = moments(x, g);
    const Moments after = moments(y, g);
    EXPECT_NEAR(after.mean, mean * mean / (mean + 5), 6 * std::sqrt(before.variance / 3000) + 0.02);
  }
}

TEST(SimulateCells, StatesDriveTheGenesOfTheirPrograms) {
  SimulateCellsOptions wanted = plain_settings();
  wanted.shared_states = 1;
  wanted.type_states = 1;
  wanted.state_genes = 8;
  wanted.state_effect = 1;
  const Dataset dataset = simulate_cells(wanted, 3);
  const DenseMatrix x = to_dense(dataset.x);
  const DenseMatrix& state = dataset.arrays.at("X_true_state");
  const auto effects =
      std::get<std::vector<double>>(dataset.features.find("shared_state_1")->values);
  const auto [low, high] = std::ranges::minmax_element(effects);
  for (const auto strongest : {low, high}) {
    const auto gene = static_cast<Index>(strongest - effects.begin());
    ASSERT_GT(std::abs(*strongest), 0.5);
    std::vector<double> states;
    std::vector<double> logs;
    for (Index cell = 0; cell < dataset.cell_count(); ++cell) {
      states.push_back(static_cast<double>(state(cell, 0)));
      logs.push_back(std::log1p(static_cast<double>(x(cell, gene))));
    }
    EXPECT_GT(correlation(states, logs) * (*strongest > 0 ? 1 : -1), 0.15);
  }
}

TEST(SimulateCells, MarkersTellTypesApart) {
  const Dataset dataset = simulate_cells(
      {.cells = 400, .genes = 200, .types = 2, .largest_type = 0, .smallest_type = 0}, 2);
  const DenseMatrix x = to_dense(dataset.x);
  int different = 0;
  for (Index gene = 0; gene < 200; ++gene) {
    std::vector<double> type;
    std::vector<double> logs;
    for (Index cell = 0; cell < 400; ++cell) {
      type.push_back(types_of(dataset)[static_cast<std::size_t>(cell)]);
      logs.push_back(std::log1p(static_cast<double>(x(cell, gene))));
    }
    different += std::abs(correlation(type, logs)) > 0.3 ? 1 : 0;
  }
  EXPECT_GT(different, 10);
  EXPECT_LT(different, 150);
}

TEST(SimulateCells, RefusesImpossibleSettings) {
  EXPECT_THAT(message_of<UsageError>([] { simulate_cells({.cells = 5, .types = 6}, 1); }),
              HasSubstr("more types than cells"));
  EXPECT_THROW(
      simulate_cells({.cells = 100, .types = 3, .largest_type = 20, .smallest_type = 10}, 1),
      UsageError);
}

TEST(SimulationPresets, HaveTheirSizes) {
  EXPECT_EQ(simulation_preset("small").cells, 2000);
  EXPECT_EQ(simulation_preset("small").types, 8);
  const SimulateCellsOptions cortex = simulation_preset("cortex");
  EXPECT_EQ(cortex.cells, 22365);
  EXPECT_EQ(cortex.genes, 5000);
  EXPECT_EQ(cortex.types, 115);
  EXPECT_THAT(message_of<UsageError>([] { simulation_preset("brain"); }), HasSubstr("'brain'"));
  SimulateCellsOptions wanted;
  set_option(find_option(options(wanted), "state-effect"), "0.25");
  EXPECT_EQ(wanted.state_effect, 0.25);
}

}  // namespace simulate_cells_test
}  // namespace mixvae
