#pragma once

#include <cstdint>
#include <vector>

#include "data/matrix.hpp"

namespace mixvae::cluster {

/// New numbers for clusters 0 .. K-1: by falling size, equal sizes by their first cell, empty ones
/// last. Element k is the new number of old cluster k. Labels are below K, -1 (no cluster) is
/// ignored.
std::vector<std::int32_t> numbers_by_size(const std::vector<std::int32_t>& labels, Index clusters);

/// Replaces each label by its new number; -1 stays.
void renumber(std::vector<std::int32_t>& labels, const std::vector<std::int32_t>& numbers);

/// Throws InputError naming the first cell and column whose value is not finite.
void require_finite(const DenseMatrix& x);

/// Throws UsageError unless 1 <= clusters <= N.
void require_cluster_count(Index clusters, Index cells);

}  // namespace mixvae::cluster
