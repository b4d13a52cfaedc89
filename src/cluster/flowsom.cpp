#include "cluster/flowsom.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/philox.hpp"
#include "cluster/hierarchical.hpp"
#include "cluster/kmeans.hpp"
#include "cluster/labels.hpp"
#include "cluster/som.hpp"

namespace mixvae::cluster {
namespace {

DenseMatrix sampled_rows(const DenseMatrix& x, const std::vector<Index>& rows) {
  DenseMatrix chosen(static_cast<Index>(rows.size()), x.columns);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::ranges::copy(x.row(rows[i]), chosen.row(static_cast<Index>(i)).begin());
  }
  return chosen;
}

/// Random subsets of [0, count), each in rising order.
std::vector<std::vector<Index>> random_draws(Index count, const FlowsomOptions& options) {
  const auto size =
      std::max(static_cast<Index>(std::floor(options.share * static_cast<double>(count))),
               std::min(options.clusters, count));
  std::vector<std::vector<Index>> draws;
  for (Index n = 0; n < options.resamplings; ++n) {
    PhiloxStream random(options.seed, Purpose::subsample, static_cast<std::uint64_t>(n));
    std::vector<Index> order(count);
    std::iota(order.begin(), order.end(), Index{0});
    for (Index i = 0; i < size; ++i) {
      const auto rest = static_cast<std::uint64_t>(count - i);
      std::swap(order[i], order[i + static_cast<Index>(random.integer(rest))]);
    }
    order.resize(size);
    std::ranges::sort(order);
    draws.push_back(std::move(order));
  }
  return draws;
}

std::vector<std::int32_t> consensus_labels(const std::vector<double>& consensus, Index count,
                                           Index clusters) {
  std::vector<float> distances;
  for (Index a = 0; a < count; ++a) {
    for (Index b = a + 1; b < count; ++b) {
      distances.push_back(static_cast<float>(1 - consensus[a * count + b]));
    }
  }
  return cut_tree(linkage_tree(std::move(distances), std::vector<double>(count, 1.0), "average"),
                  clusters);
}

}  // namespace

Options options(FlowsomOptions& settings) {
  return {{.name = "grid",
           .target = &settings.grid,
           .meaning = "nodes along each side of FlowSOM's self-organising map",
           .minimum = 1,
           .maximum = 100},
          {.name = "passes",
           .target = &settings.passes,
           .meaning = "passes over the data while FlowSOM's map is trained",
           .minimum = 1},
          {.name = "resamplings",
           .target = &settings.resamplings,
           .meaning = "number of clusterings of drawn nodes that FlowSOM's consensus is made of",
           .minimum = 1}};
}

std::vector<double> consensus_matrix(const DenseMatrix& x, Index clusters,
                                     const std::vector<std::vector<Index>>& draws) {
  std::vector<double> together(x.rows * x.rows);
  std::vector<double> drawn(x.rows * x.rows);
  for (const std::vector<Index>& draw : draws) {
    const Hierarchical found =
        hierarchical(sampled_rows(x, draw), {.clusters = clusters, .linkage = "average"});
    for (std::size_t i = 0; i < draw.size(); ++i) {
      for (std::size_t j = 0; j < draw.size(); ++j) {
        drawn[draw[i] * x.rows + draw[j]] += 1;
        together[draw[i] * x.rows + draw[j]] += found.labels[i] == found.labels[j] ? 1 : 0;
      }
    }
  }
  std::ranges::transform(together, drawn, together.begin(),
                         [](double same, double all) { return all > 0 ? same / all : 0.0; });
  return together;
}

Flowsom flowsom(const DenseMatrix& x, const FlowsomOptions& options) {
  require_finite(x);
  const Index count = options.grid * options.grid;
  if (options.clusters < 1 || options.clusters > std::min(count, x.rows)) {
    throw UsageError({.what = "wrong number of metaclusters",
                      .found = std::to_string(options.clusters),
                      .expected = "1 to " + std::to_string(std::min(count, x.rows)) +
                                  ", the number of nodes or cells"});
  }
  Flowsom result;
  result.map = self_organising_map(x, {.width = options.grid,
                                       .height = options.grid,
                                       .passes = options.passes,
                                       .seed = options.seed});
  result.nodes = nearest_centres(x, result.map);
  const std::vector<double> consensus =
      consensus_matrix(result.map, options.clusters, random_draws(count, options));
  const std::vector<std::int32_t> of_node = consensus_labels(consensus, count, options.clusters);
  for (const std::int32_t node : result.nodes) {
    result.labels.push_back(of_node[node]);
  }
  renumber(result.labels, numbers_by_size(result.labels, options.clusters));
  return result;
}

}  // namespace mixvae::cluster
