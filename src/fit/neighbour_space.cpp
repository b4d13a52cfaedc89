#include "fit/neighbour_space.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cluster/umap.hpp"
#include "data/prepare/straight_images.hpp"
#include "fit/projection.hpp"

namespace mixvae::fit {
namespace {

DenseMatrix umap_of(const NeighbourSpaceOptions& options, const DenseMatrix& x,
                    std::uint64_t seed) {
  cluster::UmapOptions umap;
  umap.neighbours = options.umap_neighbours;
  umap.metric = options.umap_metric;
  umap.min_dist = options.umap_min_dist;
  umap.seed = seed;
  return cluster::umap(x, umap).embedding;
}

/// Cells that the method of the embedding left out have no coordinates in it.
void require_coordinates(const Dataset& dataset, const DenseMatrix& embedding,
                         const std::vector<Index>& kept, const std::string& name) {
  const auto lacks = [&](Index cell) {
    return !std::ranges::all_of(embedding.row(cell), [](float v) { return std::isfinite(v); });
  };
  const auto first = std::ranges::find_if(kept, lacks);
  if (first != kept.end()) {
    throw InputError(
        {.what = "the stored embedding has cells without coordinates",
         .where = dataset.source.path + ", obsm '" + name + "'",
         .found = with_commas(std::ranges::count_if(kept, lacks)) + " of " +
                  with_commas(std::ssize(kept)) + " cells, the first is '" +
                  dataset.cells.names[static_cast<std::size_t>(*first)] + "' (row " +
                  std::to_string(*first + 1) + ")",
         .expected = "finite numbers for every cell of the fit",
         .hint = "leave the same cells out of the fit (--min-features as for the embedding), or "
                 "use another --neighbour-space"});
  }
}

/// An embedding that came with the cells, for the kept ones.
DenseMatrix stored_embedding(const Dataset& dataset, const std::vector<Index>& kept,
                             const std::string& name) {
  const auto found = dataset.arrays.find(name);
  if (found == dataset.arrays.end()) {
    std::vector<std::string> names{"pca", "features", "umap"};
    for (const auto& [stored, array] : dataset.arrays) {
      names.push_back(stored);
    }
    throw UsageError({.what = "the data hold no embedding of this name",
                      .found = "--neighbour-space " + name,
                      .expected = join(names, ", ")});
  }
  require_coordinates(dataset, found->second, kept, name);
  return std::get<DenseMatrix>(select_rows(found->second, kept));
}

}  // namespace

Options options(NeighbourSpaceOptions& space) {
  return {
      {.name = "neighbour-space",
       .target = &space.space,
       .meaning =
           "where neighbours and the first clustering are found: principal components of the "
           "normalised values (pca), these values themselves (features), a UMAP (umap), or an "
           "embedding stored with the cells, by its name (X_umap)",
       .needs = {"start!=none|augment=neighbours|similarity=knn|similarity=distance"}},
      {.name = "straighten",
       .target = &space.straighten,
       .meaning = "for square images: centre them and make them upright before neighbours are "
                  "found; the model is still fitted to the images as they are",
       .needs = {"start!=none|augment=neighbours|similarity=knn|similarity=distance",
                 "neighbour-space=pca|neighbour-space=features|neighbour-space=umap"}},
      {.name = "umap-neighbours",
       .target = &space.umap_neighbours,
       .meaning = "--neighbour-space umap: neighbours of each cell, with the cell itself",
       .minimum = 2,
       .maximum = 1000,
       .needs = {"start!=none|augment=neighbours|similarity=knn|similarity=distance",
                 "neighbour-space=umap"}},
      {.name = "umap-input",
       .target = &space.umap_input,
       .meaning = "--neighbour-space umap: a UMAP of principal components (pca), or of the genes, "
                  "markers or pixels themselves (features)",
       .choices = {"pca", "features"},
       .needs = {"start!=none|augment=neighbours|similarity=knn|similarity=distance",
                 "neighbour-space=umap"}},
      {.name = "umap-metric",
       .target = &space.umap_metric,
       .meaning = "--neighbour-space umap: distance between cells",
       .choices = cluster::metric_names(),
       .needs = {"start!=none|augment=neighbours|similarity=knn|similarity=distance",
                 "neighbour-space=umap"}},
      {.name = "umap-min-dist",
       .target = &space.umap_min_dist,
       .meaning = "--neighbour-space umap: how close cells may come to each other",
       .minimum = 0,
       .maximum = 10,
       .needs = {"start!=none|augment=neighbours|similarity=knn|similarity=distance",
                 "neighbour-space=umap"}},
  };
}

bool is_stored_embedding(const std::string& space) {
  return space != "pca" && space != "features" && space != "umap";
}

bool read_components(const NeighbourSpaceOptions& options) {
  return options.space == "pca" || (options.space == "umap" && options.umap_input == "pca");
}

bool are_costly(const NeighbourSpaceOptions& options) {
  return options.space == "umap" || (options.space == "pca" && options.straighten);
}

DenseMatrix neighbour_coordinates(const NeighbourSpaceOptions& options, const Dataset& dataset,
                                  const Prepared& prepared, const DenseMatrix& scores,
                                  std::uint64_t seed) {
  if (is_stored_embedding(options.space)) {
    return stored_embedding(dataset, prepared.kept_cells, options.space);
  }
  if (!read_components(options)) {
    const DenseMatrix values =
        options.straighten ? straight_images(prepared.x) : to_dense(prepared.x);
    return options.space == "umap" ? umap_of(options, values, seed) : values;
  }
  DenseMatrix components = scores;
  if (options.straighten) {
    const Matrix straight = straight_images(prepared.x);
    components = Projection::fit(straight, scores.columns, seed).apply(straight);
  }
  return options.space == "umap" ? umap_of(options, components, seed) : components;
}

}  // namespace mixvae::fit
