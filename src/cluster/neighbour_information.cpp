#include "cluster/neighbour_information.hpp"

#include <cmath>
#include <map>
#include <utility>

#include "base/error.hpp"

namespace mixvae::cluster {

double neighbour_information(const Neighbours& graph, std::span<const std::int32_t> labels) {
  std::map<std::pair<std::int32_t, std::int32_t>, double> joint;
  std::map<std::int32_t, double> margin;
  const auto cells = static_cast<Index>(labels.size());
  MIXVAE_ASSERT(
      graph.k >= 1 && graph.cells.size() == labels.size() * static_cast<std::size_t>(graph.k),
      "one label per cell of the graph");
  const double share = 0.5 / (static_cast<double>(cells) * static_cast<double>(graph.k));
  for (Index n = 0; n < cells; ++n) {
    const std::int32_t own = labels[static_cast<std::size_t>(n)];
    for (const std::int32_t other : graph.of(n)) {
      const std::int32_t label = labels[static_cast<std::size_t>(other)];
      joint[{own, label}] += share;
      joint[{label, own}] += share;
      margin[own] += share;
      margin[label] += share;
    }
  }
  double information = 0;
  for (const auto& [pair, p] : joint) {
    information += p * std::log(p / (margin[pair.first] * margin[pair.second]));
  }
  return information;
}

}  // namespace mixvae::cluster
