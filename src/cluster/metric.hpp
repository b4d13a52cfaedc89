#pragma once

#include <span>
#include <string>
#include <vector>

#include "data/matrix.hpp"
#include "data/prepare/distances.hpp"

namespace mixvae::cluster {

/// How far apart two cells a, b [d] are:
///   euclidean    sqrt(sum (a_i - b_i)^2)
///   cosine       1 - a.b / (|a| |b|)
///   correlation  1 - Pearson's correlation of a and b
///   manhattan    sum |a_i - b_i|
///   canberra     sum |a_i - b_i| / (|a_i| + |b_i|), where 0 / 0 counts as 0
enum class Metric { euclidean, cosine, correlation, manhattan, canberra };

/// The names above, in that order: the choices of an option.
const std::vector<std::string>& metric_names();

/// Throws UsageError for any other name.
Metric metric_named(const std::string& name);

/// The rows in the form in which they are compared: of length 1 (cosine), centred and of length 1
/// (correlation), else unchanged. Throws InputError naming the first value that is not finite, and
/// the first row that has no direction: all zero (cosine) or constant (correlation).
DenseMatrix comparable_rows(const DenseMatrix& x, Metric metric);

/// Raw distances, which order cells as the metric does, from the comparable rows x[begin, end) to
/// those of panels [first, last): written to out as squared_distances writes. Summed over the
/// columns in order: the same bits for every blocking and thread.
void raw_distances(Metric metric, const DenseMatrix& x, Index begin, Index end,
                   const PackedRows& others, Index first, Index last, std::span<float> out);

/// The raw distance of two comparable rows of equal length, summed in another order.
float raw_distance(Metric metric, std::span<const float> a, std::span<const float> b);

/// The metric's value from a raw distance.
float distance_from_raw(Metric metric, float raw);

}  // namespace mixvae::cluster
