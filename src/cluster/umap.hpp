#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/options.hpp"
#include "cluster/knn.hpp"
#include "cluster/layout.hpp"
#include "data/matrix.hpp"

namespace mixvae::cluster {

/// Names and defaults follow the authors' program.
struct UmapOptions {
  Index components = 2;
  Index neighbours = 15;             // with the cell itself
  std::string metric = "euclidean";  // a name of metric_names()
  std::string search = "auto";       // of the neighbours: auto, exact, approximate
  double min_dist = 0.1;
  double spread = 1;
  std::string start = "spectral";           // spectral, pca
  std::optional<std::int64_t> epochs = {};  // auto: 500 up to 10,000 cells, else 200
  double learning_rate = 1;
  Index negatives = 5;
  std::uint64_t seed = 0;
};

/// Those of this method alone; analysis/clustering_options declares what several methods share.
Options options(UmapOptions& settings);

struct Umap {
  DenseMatrix embedding;           // [N,c]
  Index epochs = 0;                // of the layout
  std::string start;               // the one used
  std::vector<std::string> notes;  // where this is another than asked for, and why
};

/// The epochs of a layout of so many cells: as given, or the rule of auto.
Index umap_epochs(Index cells, const UmapOptions& options);

/// Uniform manifold approximation and projection of the rows of x [N,d] (McInnes, Healy, Melville,
/// arXiv 1802.03426): nearest neighbours, fuzzy union of the neighbourhoods, a start, a layout by
/// negative sampling. A spectral start needs a connected graph and convergence; where there is
/// neither, principal components are the start, and a note says so. With fewer cells than
/// neighbours asked for, all other cells are neighbours. Same bits for any number of threads.
/// Throws InputError for fewer than three cells and what the metric cannot compare, UsageError for
/// options out of range.
Umap umap(const DenseMatrix& x, const UmapOptions& options, const EpochReport& report = {});

/// The same when the neighbours [N, options.neighbours - 1] are known already. x is needed for the
/// start.
Umap umap_of_neighbours(const DenseMatrix& x, const Neighbours& graph, const UmapOptions& options,
                        const EpochReport& report = {});

}  // namespace mixvae::cluster
