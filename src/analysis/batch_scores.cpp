#include "analysis/batch_scores.hpp"

#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/random_order.hpp"
#include "cluster/knn.hpp"
#include "metrics/contingency.hpp"
#include "metrics/nmi.hpp"

namespace mixvae::analysis {
namespace {

std::vector<std::int32_t> codes_of(const std::vector<std::int32_t>& codes,
                                   const std::vector<Index>& cells) {
  std::vector<std::int32_t> chosen;
  for (const Index cell : cells) {
    chosen.push_back(codes[at(cell)]);
  }
  return chosen;
}

/// The share of pairs of different batches among all pairs of two cells.
double different_by_chance(const std::vector<std::int32_t>& batches, std::size_t count) {
  std::vector<double> sizes(count, 0.0);
  for (const std::int32_t batch : batches) {
    sizes[at(batch)] += 1;
  }
  const auto cells = static_cast<double>(batches.size());
  double same = 0;
  for (const double size : sizes) {
    same += size * (size - 1);
  }
  return 1 - same / (cells * (cells - 1));
}

std::optional<double> mixing_of(const DenseMatrix& latent, const std::vector<std::int32_t>& batches,
                                std::size_t count) {
  const double by_chance = different_by_chance(batches, count);
  if (by_chance <= 0) {
    return std::nullopt;
  }
  const Index k = std::min(kMixingNeighbours, latent.rows - 1);
  const cluster::Neighbours graph = cluster::nearest_neighbours(latent, k);
  double different = 0;
  for (Index n = 0; n < latent.rows; ++n) {
    for (const std::int32_t other : graph.of(n)) {
      different += batches[at(other)] == batches[at(n)] ? 0 : 1;
    }
  }
  different /= static_cast<double>(k * latent.rows);
  return different / by_chance;
}

}  // namespace

BatchScores batch_scores(const Assignment& assignment, const Categorical& labels,
                         const Categorical& batches, std::uint64_t seed) {
  std::vector<Index> cells;
  for (std::size_t n = 0; n < assignment.types.size(); ++n) {
    if (assignment.types[n] >= 0 && labels.codes[n] >= 0 && batches.codes[n] >= 0) {
      cells.push_back(static_cast<Index>(n));
    }
  }
  const std::vector<std::int32_t> of_cells = codes_of(batches.codes, cells);
  if (cells.empty() || std::ranges::count(of_cells, of_cells.front()) == std::ssize(of_cells)) {
    throw InputError({.what = "the cells come from one batch: there is nothing to mix",
                      .expected = "at least two batches among the cells with a type and a label"});
  }
  BatchScores scores;
  scores.nmi_types =
      metrics::nmi(metrics::contingency(of_cells, codes_of(assignment.types, cells)));
  scores.nmi_labels = metrics::nmi(metrics::contingency(of_cells, codes_of(labels.codes, cells)));
  std::vector<Index> order = random_order(std::ssize(cells), Philox(seed, Purpose::subsample));
  order.resize(std::min(order.size(), at(kMixingCells)));
  std::ranges::transform(order, order.begin(), [&](Index place) { return cells[at(place)]; });
  std::ranges::sort(order);
  scores.mixing = mixing_of(std::get<DenseMatrix>(select_rows(assignment.latent, order)),
                            codes_of(batches.codes, order), batches.categories.size());
  return scores;
}

}  // namespace mixvae::analysis
