#include "metrics/consensus.hpp"

#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "base/index.hpp"
#include "metrics/contingency.hpp"

namespace mixvae::metrics {
namespace {

void require_labels(const std::vector<std::vector<std::int32_t>>& labels, Index types) {
  if (labels.empty() || labels[0].empty()) {
    throw InputError({.what = "consensus needs at least one arm and one cell"});
  }
  for (const auto& arm : labels) {
    MIXVAE_ASSERT(arm.size() == labels[0].size(), "arms with labels of different length");
    MIXVAE_ASSERT(std::ranges::all_of(arm, [types](std::int32_t k) { return k >= 0 && k < types; }),
                  "a type out of range");
  }
}

/// Fraction of the arm pairs that agree, from the number of arms that chose each type.
double agreeing_pairs(const std::vector<std::vector<std::int32_t>>& labels, std::size_t cell) {
  const std::size_t arms = labels.size();
  if (arms == 1) {
    return 1.0;
  }
  std::size_t equal = 0;
  for (std::size_t a = 0; a < arms; ++a) {
    for (std::size_t b = a + 1; b < arms; ++b) {
      equal += labels[a][cell] == labels[b][cell] ? 1 : 0;
    }
  }
  return static_cast<double>(2 * equal) / static_cast<double>(arms * (arms - 1));
}

std::vector<double> mean_type_consensus(const std::vector<std::vector<std::int32_t>>& labels,
                                        Index types) {
  if (labels.size() == 1) {
    return type_consensus(labels[0], labels[0], types);
  }
  std::vector<double> sums(types);
  Index pairs = 0;
  for (std::size_t a = 0; a < labels.size(); ++a) {
    for (std::size_t b = a + 1; b < labels.size(); ++b) {
      const auto pair = type_consensus(labels[a], labels[b], types);
      std::ranges::transform(sums, pair, sums.begin(), std::plus<>());
      ++pairs;
    }
  }
  for (double& sum : sums) {
    sum /= static_cast<double>(pairs);
  }
  return sums;
}

}  // namespace

std::vector<double> type_consensus(const std::vector<std::int32_t>& a,
                                   const std::vector<std::int32_t>& b, Index types) {
  std::vector<Index> in_a(types);
  std::vector<Index> in_b(types);
  std::vector<Index> in_both(types);
  for (std::size_t i = 0; i < a.size(); ++i) {
    ++in_a[a[i]];
    ++in_b[b[i]];
    in_both[a[i]] += a[i] == b[i] ? 1 : 0;
  }
  std::vector<double> result(types);
  for (Index k = 0; k < types; ++k) {
    const Index larger = std::max(in_a[k], in_b[k]);
    result[k] = larger == 0 ? 0.0 : static_cast<double>(in_both[k]) / static_cast<double>(larger);
  }
  return result;
}

Consensus consensus(const std::vector<std::vector<std::int32_t>>& labels, Index types) {
  require_labels(labels, types);
  const std::size_t cells = labels[0].size();
  Consensus result;
  result.per_cell.resize(cells);
  for (std::size_t i = 0; i < cells; ++i) {
    result.per_cell[i] = agreeing_pairs(labels, i);
  }
  result.per_type = mean_type_consensus(labels, types);
  const auto count = static_cast<double>(cells);
  result.mean = std::accumulate(result.per_cell.begin(), result.per_cell.end(), 0.0) / count;
  result.all_equal = static_cast<double>(std::ranges::count(result.per_cell, 1.0)) / count;
  return result;
}

std::vector<std::vector<double>> consensus_matrix(
    const std::vector<std::vector<std::int32_t>>& labels, Index types) {
  if (labels.size() < 2) {
    return {};
  }
  std::vector<std::vector<double>> matrix(at(types), std::vector<double>(at(types)));
  const auto pairs = static_cast<double>(labels.size() * (labels.size() - 1));
  for (std::size_t a = 0; a < labels.size(); ++a) {
    for (std::size_t b = a + 1; b < labels.size(); ++b) {
      const Contingency table = contingency(labels[a], labels[b], types, types);
      for (Index k = 0; k < types; ++k) {
        for (Index l = 0; l < types; ++l) {
          const Index larger = std::max(table.row_totals[at(k)], table.column_totals[at(l)]);
          const double share =
              larger == 0 ? 0.0 : static_cast<double>(table(k, l)) / static_cast<double>(larger);
          matrix[at(k)][at(l)] += share / pairs;
          matrix[at(l)][at(k)] += share / pairs;
        }
      }
    }
  }
  return matrix;
}

}  // namespace mixvae::metrics
