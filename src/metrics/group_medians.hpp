#pragma once

#include <span>
#include <vector>

#include "metrics/rank_sum.hpp"

namespace mixvae::metrics {

/// Medians of one feature, [G]: of each group of cells, and of all other cells. The mean of the two
/// middle values where their number is even; NaN for a side without cells.
struct GroupMedians {
  std::vector<double> inside;
  std::vector<double> outside;
};

/// `values`: the non-zero ones, by rising value; `sizes` [G]: the number of cells per group; all
/// cells not in `values` have value zero.
GroupMedians group_medians(std::span<const GroupedValue> values, std::span<const Index> sizes);

}  // namespace mixvae::metrics
