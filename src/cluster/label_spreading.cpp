#include "cluster/label_spreading.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/parallel.hpp"

namespace mixvae::cluster {
namespace {

constexpr float kShare = 0.9F;
constexpr int kSpreadingSteps = 30;
constexpr std::int32_t kSpreadingParts = 5;

/// Links in both directions, each once, in compressed rows.
struct Links {
  std::vector<Index> offsets;
  std::vector<std::int32_t> cells;
};

Links symmetric_links(const Neighbours& graph) {
  const Index count = static_cast<Index>(graph.cells.size()) / std::max<Index>(graph.k, 1);
  std::vector<std::vector<std::int32_t>> linked(at(count));
  for (Index n = 0; n < count; ++n) {
    for (const std::int32_t other : graph.of(n)) {
      linked[at(n)].push_back(other);
      linked[at(other)].push_back(static_cast<std::int32_t>(n));
    }
  }
  Links links{{0}, {}};
  for (std::vector<std::int32_t>& own : linked) {
    std::ranges::sort(own);
    const auto repeated = std::ranges::unique(own);
    own.erase(repeated.begin(), repeated.end());
    links.cells.insert(links.cells.end(), own.begin(), own.end());
    links.offsets.push_back(static_cast<Index>(links.cells.size()));
  }
  return links;
}

class Spreading {
 public:
  Spreading(const Neighbours& graph, Index types) : links_(symmetric_links(graph)), types_(types) {
    for (std::size_t n = 0; n + 1 < links_.offsets.size(); ++n) {
      const auto degree = static_cast<float>(links_.offsets[n + 1] - links_.offsets[n]);
      scale_.push_back(degree > 0 ? 1 / std::sqrt(degree) : 0.0F);
    }
  }

  std::vector<std::int32_t> run(const std::vector<std::int32_t>& known) const {
    MIXVAE_ASSERT(known.size() == scale_.size(), "there is an entry for each cell");
    DenseMatrix told(static_cast<Index>(known.size()), types_);
    for (Index n = 0; n < told.rows; ++n) {
      if (known[at(n)] >= 0) {
        told(n, known[at(n)]) = 1;
      }
    }
    DenseMatrix held = told;
    DenseMatrix next = told;
    for (int step = 0; step < kSpreadingSteps; ++step) {
      parallel_for(told.rows, 256, [&](Index begin, Index end) {
        for (Index n = begin; n < end; ++n) {
          take_step(n, told, held, next);
        }
      });
      std::swap(held, next);
    }
    return largest(held);
  }

 private:
  /// next = told + 0.9 S held, for one cell.
  void take_step(Index n, const DenseMatrix& told, const DenseMatrix& held,
                 DenseMatrix& next) const {
    const std::span<float> out = next.row(n);
    std::ranges::fill(out, 0.0F);
    for (Index i = links_.offsets[at(n)]; i < links_.offsets[at(n) + 1]; ++i) {
      const Index other = links_.cells[at(i)];
      const std::span<const float> row = held.row(other);
      for (std::size_t k = 0; k < out.size(); ++k) {
        out[k] += scale_[at(other)] * row[k];
      }
    }
    const std::span<const float> own = told.row(n);
    for (std::size_t k = 0; k < out.size(); ++k) {
      out[k] = own[k] + kShare * scale_[at(n)] * out[k];
    }
  }

  static std::vector<std::int32_t> largest(const DenseMatrix& held) {
    std::vector<std::int32_t> types;
    for (Index n = 0; n < held.rows; ++n) {
      const auto row = held.row(n);
      const auto best = std::ranges::max_element(row);
      types.push_back(*best > 0 ? static_cast<std::int32_t>(best - row.begin()) : -1);
    }
    return types;
  }

  Links links_;
  Index types_;
  std::vector<float> scale_;  // D^-1/2
};

}  // namespace

std::vector<std::int32_t> spread_labels(const Neighbours& graph,
                                        const std::vector<std::int32_t>& known, Index types) {
  return Spreading(graph, types).run(known);
}

std::vector<std::int32_t> held_out_labels(const Neighbours& graph,
                                          const std::vector<std::int32_t>& known, Index types) {
  const Spreading spreading(graph, types);
  std::vector<std::int32_t> counts(at(types), 0);
  std::vector<std::int32_t> part(known.size(), -1);
  for (std::size_t n = 0; n < known.size(); ++n) {
    if (known[n] >= 0) {
      part[n] = counts[at(known[n])]++ % kSpreadingParts;
    }
  }
  std::vector<std::int32_t> found(known.size(), -1);
  for (std::int32_t hidden = 0; hidden < kSpreadingParts; ++hidden) {
    std::vector<std::int32_t> rest = known;
    for (std::size_t n = 0; n < known.size(); ++n) {
      rest[n] = part[n] == hidden ? -1 : known[n];
    }
    const std::vector<std::int32_t> told = spreading.run(rest);
    for (std::size_t n = 0; n < known.size(); ++n) {
      if (part[n] == hidden && counts[at(known[n])] > 1) {
        found[n] = told[n];
      }
    }
  }
  return found;
}

}  // namespace mixvae::cluster
