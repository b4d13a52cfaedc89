#include "cluster/type_count.hpp"

#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/parallel.hpp"
#include "base/philox.hpp"
#include "base/random_order.hpp"
#include "cluster/gap_merging.hpp"
#include "cluster/labels.hpp"

namespace mixvae::cluster {
namespace {

constexpr Index kFewestToCount = 8;
constexpr Index kCellsOfAPiece = 25;
constexpr Index kMostPieces = 300;
constexpr Index kFewestThatCount = 5;
constexpr double kSmallestShare = 0.0005;

DenseMatrix rows_of(const DenseMatrix& points, std::vector<Index>::const_iterator begin,
                    std::vector<Index>::const_iterator end) {
  const std::vector<Index> rows(begin, end);
  return std::get<DenseMatrix>(select_rows(Matrix(points), rows));
}

Index groups_that_count(const std::vector<std::int32_t>& labels) {
  std::vector<Index> sizes(labels.size(), 0);
  for (const std::int32_t label : labels) {
    ++sizes[at(label)];
  }
  const auto share = static_cast<Index>(kSmallestShare * static_cast<double>(labels.size()));
  return std::max<Index>(1, std::ranges::count_if(sizes, [&](Index size) {
                           return size >= std::max(kFewestThatCount, share);
                         }));
}

}  // namespace

TypeCount count_types(const DenseMatrix& points, const TypeCountOptions& options) {
  if (points.rows < kFewestToCount) {
    throw UsageError({.what = "too few cells to count their types",
                      .found = std::to_string(points.rows),
                      .expected = "at least " + std::to_string(kFewestToCount),
                      .hint = "--types says how many there are"});
  }
  require_finite(points);
  const Index used = std::min(points.rows, options.most_cells);
  std::vector<Index> counts(at(2 * options.splits));
  parallel_tasks(2 * options.splits, [&](std::int64_t task) {
    const auto split = static_cast<std::uint64_t>(task / 2);
    const std::vector<Index> rows =
        random_order(points.rows, {options.seed, Purpose::split, split});
    const auto middle = rows.begin() + used / 2;
    DenseMatrix learning = rows_of(points, rows.begin(), middle);
    DenseMatrix unseen = rows_of(points, middle, rows.begin() + used);
    if (task % 2 == 1) {
      std::swap(learning, unseen);
    }
    const Index pieces =
        std::min(std::clamp<Index>(learning.rows / kCellsOfAPiece, 2, kMostPieces), learning.rows);
    counts[at(task)] = groups_that_count(
        merge_without_gap(learning, unseen, {.pieces = pieces, .seed = options.seed + split}));
  });
  std::ranges::sort(counts);
  return {counts[(counts.size() - 1) / 2], counts.front(), counts.back()};
}

}  // namespace mixvae::cluster
