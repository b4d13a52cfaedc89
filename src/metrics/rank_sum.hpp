#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "data/matrix.hpp"

namespace mixvae::metrics {

/// A value of one cell that is not zero, with the cell's group.
struct GroupedValue {
  float value;
  std::int32_t group;
};

/// Rank sums of groups of cells whose values are mostly zero.
struct RankSums {
  std::vector<double>
      sums;  // [G] sum of the ranks (from 1, ties share their mean) of each group's values
  double tie_sum = 0;  // sum over sets of equal values of t^3 - t
};

/// Ranks all cells of all groups by value. `values` are the non-zero ones, in any order (they get
/// sorted); `sizes` [G] the number of cells per group; all cells not in `values` have value zero.
RankSums rank_sums(std::vector<GroupedValue>& values, std::span<const Index> sizes);

/// Wilcoxon's rank-sum test of `inside` cells with that rank sum against the rest of `total` cells:
/// the standard score, normal approximation with tie correction, without continuity correction; 0
/// where all values are equal, NaN where a side is empty.
double rank_sum_score(double rank_sum, Index inside, Index total, double tie_sum);

/// Decimal logarithm of the two-sided p value of a standard score: finite for every score, where
/// the p value itself falls below the smallest double beyond a score of 38.
double log10_two_sided_p(double score);

}  // namespace mixvae::metrics
