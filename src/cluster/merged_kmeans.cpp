#include "cluster/merged_kmeans.hpp"

#include <algorithm>

#include "cluster/hierarchical.hpp"
#include "cluster/kmeans.hpp"
#include "cluster/labels.hpp"

namespace mixvae::cluster {
namespace {

constexpr Index kCellsPerPiece = 8;

}  // namespace

std::vector<std::int32_t> merged_kmeans(const DenseMatrix& x, const MergedKmeansOptions& options) {
  const Index pieces = std::min(options.pieces * options.clusters, x.rows / kCellsPerPiece);
  if (pieces <= options.clusters) {
    return kmeans(x, {.clusters = options.clusters, .seed = options.seed}).labels;
  }
  const Kmeans fine = kmeans(x, {.clusters = pieces, .starts = 1, .seed = options.seed});
  const std::vector<std::int32_t> merged =
      hierarchical(fine.centres, {.clusters = options.clusters, .linkage = "average"}).labels;
  std::vector<std::int32_t> labels(fine.labels.size());
  std::ranges::transform(fine.labels, labels.begin(), [&](std::int32_t piece) {
    return merged[static_cast<std::size_t>(piece)];
  });
  renumber(labels, numbers_by_size(labels, options.clusters));
  return labels;
}

}  // namespace mixvae::cluster
