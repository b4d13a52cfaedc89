#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "metrics/mmd.hpp"

namespace mixvae::metrics {

/// Groups with fewer cells than this are not compared: each of their halves needs two.
constexpr Index kComparedCells = 4;

/// Groups whose adjusted p is at most this count as told apart.
constexpr double kApartLevel = 0.05;

/// The test of two groups, or of two random halves of one.
struct GroupMmd {
  Index first = 0;
  Index second = 0;  // the same as `first`: its halves
  Index first_cells = 0;
  Index second_cells = 0;  // that were used
  MmdTest test = {};
  double scaled = 0;      // m n / (m + n) times `test.squared`, the statistic of the quadratic test
  double adjusted_p = 1;  // by Benjamini and Hochberg, over the pairs or over the halves

  bool within() const { return first == second; }
};

/// Tests between every pair of groups and within every group [G (G + 1) / 2, groups without
/// kComparedCells cells left out]: of the rows x [N,d] with groups [N] in [0, count), -1 for none.
/// Of each group at most options.most_cells random cells are used in a comparison, for halves
/// twice as many. Halves whose cells are all equal have squared MMD 0 and p 1. `advance` is called
/// after each test. A bandwidth that mmd_test refuses is refused. Same bits for any number of
/// threads. Throws InputError when fewer than two groups can be compared.
std::vector<GroupMmd> group_mmd(const DenseMatrix& x, std::span<const std::int32_t> groups,
                                Index count, const MmdOptions& options,
                                const std::function<void()>& advance = {});

/// Number of tests that group_mmd makes for these groups.
Index group_mmd_tests(std::span<const std::int32_t> groups, Index count);

struct GroupMmdSummary {
  double between = 0;           // mean squared MMD over pairs of groups
  double within = 0;            // mean over the halves of single groups
  std::optional<double> ratio;  // between / within, where within is above 0
  double between_scaled = 0;    // the same means of the scaled statistic
  double within_scaled = 0;
  Index pairs = 0;
  Index pairs_apart = 0;  // pairs whose adjusted p is at most kApartLevel
  Index halves = 0;
  Index halves_apart = 0;
};

GroupMmdSummary summarise(std::span<const GroupMmd> tests);

}  // namespace mixvae::metrics
