#include "cluster/umap.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/philox.hpp"
#include "cluster/eigen.hpp"
#include "cluster/fuzzy_graph.hpp"
#include "cluster/pca.hpp"
#include "cluster/spectral.hpp"

namespace mixvae::cluster {
namespace {

constexpr Index kFewestCells = 3;
constexpr Index kManyCells = 10000;
constexpr double kStartWidth = 10;    // of each coordinate of the start
constexpr double kStartNoise = 1e-4;  // keeps equal cells apart, before the widening

void require_fitting(const DenseMatrix& x, const UmapOptions& options) {
  if (x.rows < kFewestCells) {
    throw InputError(
        {.what = "UMAP needs at least three cells", .found = std::to_string(x.rows) + " cells"});
  }
  if (options.components < 1 || options.components >= x.rows) {
    throw UsageError(
        {.what = "wrong number of UMAP components",
         .found = std::to_string(options.components),
         .expected = "at least 1 and fewer than the " + std::to_string(x.rows) + " cells"});
  }
  if (options.neighbours < 2) {
    throw UsageError({.what = "UMAP needs two neighbours at least, the cell itself included",
                      .found = std::to_string(options.neighbours)});
  }
  if (options.min_dist > options.spread) {
    throw UsageError({.what = "the least distance of UMAP points is beyond their spread",
                      .found = "min-dist " + std::to_string(options.min_dist),
                      .expected = "at most the spread, " + std::to_string(options.spread)});
  }
}

KnnOptions knn_options(const UmapOptions& options, Index neighbours) {
  return {.neighbours = neighbours,
          .metric = options.metric,
          .search = options.search,
          .seed = options.seed};
}

/// Links too weak to act once are left out.
CsrMatrix strong_links(const CsrMatrix& graph, Index epochs) {
  const float largest = *std::ranges::max_element(graph.values);
  CsrMatrix kept;
  kept.rows = graph.rows;
  kept.columns = graph.columns;
  for (Index row = 0; row < graph.rows; ++row) {
    const SparseRow links = graph.row(row);
    for (std::size_t e = 0; e < links.values.size(); ++e) {
      if (links.values[e] * static_cast<float>(epochs) >= largest) {
        kept.column_numbers.push_back(links.columns[e]);
        kept.values.push_back(links.values[e]);
      }
    }
    kept.offsets.push_back(static_cast<Index>(kept.values.size()));
  }
  return kept;
}

DenseMatrix pca_start(const DenseMatrix& x, const UmapOptions& options) {
  const Index found = std::min({options.components, x.rows, x.columns});
  const Pca fitted = pca(x, {.components = found, .seed = options.seed});
  DenseMatrix start(x.rows, options.components);
  view(start).leftCols(found) = view(fitted.scores);
  return start;
}

DenseMatrix start_points(const DenseMatrix& x, const CsrMatrix& graph, const UmapOptions& options,
                         Umap& result) {
  result.start = options.start;
  if (options.start == "spectral") {
    const auto components = connected_components(graph);
    const auto count = *std::ranges::max_element(components) + 1;
    if (count > 1) {
      result.notes.push_back("the neighbour graph falls into " + std::to_string(count) +
                             " parts: UMAP starts from principal components");
    } else if (auto found = spectral_embedding(
                   graph, {.components = options.components, .seed = options.seed})) {
      return *std::move(found);
    } else {
      result.notes.emplace_back(
          "the spectral start did not converge: UMAP starts from principal components");
    }
    result.start = "pca";
  }
  return pca_start(x, options);
}

/// Widens each coordinate to [0, 10], with a little noise.
void scale_start(DenseMatrix& points, std::uint64_t seed) {
  const Philox random(seed, Purpose::layout_start);
  for (Index c = 0; c < points.columns; ++c) {
    auto column = view(points).col(c);
    const float least = column.minCoeff();
    const float width = column.maxCoeff() - least;
    const float scale = width > 0 ? static_cast<float>(kStartWidth) / width : 0.0F;
    for (Index i = 0; i < points.rows; ++i) {
      const float noise = random.normal(static_cast<std::uint64_t>(i * points.columns + c));
      column[i] = (column[i] - least) * scale + static_cast<float>(kStartNoise) * noise;
    }
  }
}

}  // namespace

Options options(UmapOptions& settings) {
  return {
      {.name = "dimensions",
       .target = &settings.components,
       .meaning = "number of coordinates of the UMAP",
       .minimum = 1,
       .maximum = 64},
      {.name = "min-dist",
       .target = &settings.min_dist,
       .meaning = "distance in the UMAP embedding below which cells count as together; lower packs "
                  "them tighter",
       .minimum = 0,
       .maximum = 10},
      {.name = "spread",
       .target = &settings.spread,
       .meaning = "scale of the UMAP embedding's distances",
       .minimum = 0.01,
       .maximum = 100},
      {.name = "start",
       .target = &settings.start,
       .meaning = "where UMAP's points start: eigenvectors of the neighbour graph, or principal "
                  "components",
       .choices = {"spectral", "pca"}},
      {.name = "epochs",
       .target = &settings.epochs,
       .meaning = "how often UMAP goes through all links of the neighbour graph; auto: 500 up to "
                  "10,000 cells, else 200",
       .minimum = 1,
       .maximum = 100000},
      {.name = "learning-rate",
       .target = &settings.learning_rate,
       .meaning = "size of UMAP's first steps; falls to 0",
       .minimum = 1e-6,
       .maximum = 100},
      {.name = "negatives",
       .target = &settings.negatives,
       .meaning = "random cells that UMAP pushes away for each neighbour pulled",
       .minimum = 1,
       .maximum = 7}};
}

Index umap_epochs(Index cells, const UmapOptions& options) {
  return options.epochs.value_or(cells <= kManyCells ? 500 : 200);
}

Umap umap(const DenseMatrix& x, const UmapOptions& options, const EpochReport& report) {
  require_fitting(x, options);
  const Index others = std::min(options.neighbours, x.rows) - 1;
  return umap_of_neighbours(x, nearest_neighbours(x, knn_options(options, others)), options,
                            report);
}

Umap umap_of_neighbours(const DenseMatrix& x, const Neighbours& graph, const UmapOptions& options,
                        const EpochReport& report) {
  require_fitting(x, options);
  Umap result;
  result.epochs = umap_epochs(x.rows, options);
  const CsrMatrix fuzzy = fuzzy_union(graph, memberships(graph, neighbour_scales(graph)));
  const CsrMatrix links = strong_links(fuzzy, result.epochs);
  result.embedding = start_points(x, fuzzy, options, result);
  scale_start(result.embedding, options.seed);
  optimise_layout(links,
                  {.curve = fit_curve(options.min_dist, options.spread),
                   .epochs = result.epochs,
                   .learning_rate = options.learning_rate,
                   .negatives = options.negatives,
                   .seed = options.seed},
                  result.embedding, report);
  return result;
}

}  // namespace mixvae::cluster
