#include "fit/replicates.hpp"

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/philox.hpp"
#include "base/random_order.hpp"
#include "cluster/knn.hpp"
#include "data/prepare/bootstrap.hpp"

namespace mixvae::fit {
namespace {

using Partition = std::vector<std::int32_t>;

constexpr Index kFewestCells = 20;

std::vector<Index> drawn_cells(Index cells, std::uint64_t seed) {
  std::vector<Index> rows = bootstrap_rows(cells, seed);
  rows.erase(std::ranges::unique(rows).begin(), rows.end());
  return rows;
}

/// The drawn cells of a replicate, and how the others learn from them.
class Draw {
 public:
  Draw(const DenseMatrix& points, std::vector<Index> drawn)
      : cells_(points.rows), drawn_(std::move(drawn)) {
    std::vector<bool> in(at(cells_), false);
    for (const Index cell : drawn_) {
      in[at(cell)] = true;
    }
    for (Index cell = 0; cell < cells_; ++cell) {
      if (!in[at(cell)]) {
        others_.push_back(cell);
      }
    }
    points_ = std::get<DenseMatrix>(select_rows(Matrix(points), drawn_));
    if (!others_.empty()) {
      nearest_ =
          cluster::neighbours_among(std::get<DenseMatrix>(select_rows(Matrix(points), others_)),
                                    points_, {.neighbours = std::min(kVoters, points_.rows)});
    }
  }

  const DenseMatrix& points() const { return points_; }

  /// Labels [L] of all cells from those of the drawn ones.
  Partition spread(const Partition& labels) const {
    Partition all(at(cells_));
    for (std::size_t i = 0; i < drawn_.size(); ++i) {
      all[at(drawn_[i])] = labels[i];
    }
    for (std::size_t i = 0; i < others_.size(); ++i) {
      all[at(others_[i])] = majority(nearest_.of(static_cast<Index>(i)), labels);
    }
    return all;
  }

 private:
  Index cells_;
  std::vector<Index> drawn_;
  std::vector<Index> others_;
  DenseMatrix points_;
  cluster::Neighbours nearest_;
};

Replicate replicate(const DenseMatrix& points, StartOptions options) {
  const Draw draw(points, drawn_cells(points.rows, options.seed));
  const cluster::Neighbours graph =
      cluster::nearest_neighbours(draw.points(), std::min(kVoters, draw.points().rows - 1));
  options.rounds = 1;
  const StartingPartition found = starting_partition(draw.points(), graph, options);
  Replicate replicate{draw.spread(found.types), {}};
  for (const Partition& member : found.members) {
    replicate.members.push_back(draw.spread(member));
  }
  return replicate;
}

}  // namespace

std::vector<Index> landmark_cells(const std::vector<std::int32_t>& types, Index most, Index of_each,
                                  std::uint64_t seed) {
  std::vector<Index> chosen;
  std::map<std::int32_t, Index> of_type;
  const Philox random(seed, Purpose::subsample);
  for (const Index cell : random_order(static_cast<Index>(types.size()), random)) {
    Index& found = of_type[types[at(cell)]];
    if (static_cast<Index>(chosen.size()) < most || found < of_each) {
      chosen.push_back(cell);
      ++found;
    }
  }
  std::ranges::sort(chosen);
  return chosen;
}

std::int32_t majority(std::span<const std::int32_t> cells,
                      const std::vector<std::int32_t>& labels) {
  std::int32_t best = -1;
  std::ptrdiff_t most = 0;
  for (const std::int32_t cell : cells) {
    const std::int32_t label = labels[at(cell)];
    const auto count = std::ranges::count_if(
        cells, [&](std::int32_t other) { return labels[at(other)] == label; });
    if (count > most) {
      most = count;
      best = label;
    }
  }
  return best;
}

bool can_replicate(Index cells, Index types) {
  return cells >= kFewestCells && types >= 1 && types <= cells / 4;
}

std::vector<Replicate> replicates(const DenseMatrix& points, const ReplicateOptions& options) {
  if (!can_replicate(points.rows, options.start.types)) {
    throw UsageError({.what = "too few cells to draw samples from",
                      .found = std::to_string(points.rows) + " cells for " +
                               std::to_string(options.start.types) + " types",
                      .expected = "at least 20, and four for each type"});
  }
  const Philox seeds(options.start.seed, Purpose::bootstrap);
  std::vector<Replicate> found;
  for (Index r = 0; r < options.replicates; ++r) {
    StartOptions start = options.start;
    start.seed = seeds.integer(at(r), std::uint64_t{1} << 31U);
    found.push_back(replicate(points, start));
  }
  return found;
}

}  // namespace mixvae::fit
