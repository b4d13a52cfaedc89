#include "analysis/cell_map.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "analysis/model_coordinates.hpp"
#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"
#include "cluster/pca.hpp"
#include "cluster/umap.hpp"

namespace mixvae::analysis {
namespace {

constexpr Index kFewestCells = 3;
constexpr Index kPlane = 2;
constexpr std::size_t kNamedEmbeddings = 12;

const DenseMatrix& stored_embedding(const Dataset& dataset, const std::string& name) {
  const auto found = dataset.arrays.find(name);
  if (found == dataset.arrays.end() || found->second.columns < kPlane) {
    std::vector<std::string> names{"umap", "pca"};
    for (const auto& [key, array] : dataset.arrays) {
      if (array.columns >= kPlane) {
        names.push_back(key);
      }
    }
    throw UsageError({.what = "the data hold no embedding of this name with two columns",
                      .where = dataset.source.path,
                      .found = "--map " + name,
                      .expected = join(first_n(names, kNamedEmbeddings), ", ")});
  }
  return found->second;
}

bool is_made(const CellMapOptions& options) {
  return options.map == "umap" || options.map == "pca";
}

void keep_finite(std::vector<Index>& cells, const DenseMatrix& x) {
  std::erase_if(cells, [&](Index cell) {
    return !std::ranges::all_of(x.row(cell).first(at(kPlane)),
                                [](float value) { return std::isfinite(value); });
  });
}

DenseMatrix first_components(const DenseMatrix& x, std::uint64_t seed) {
  const Index components = std::min({kPlane, x.rows, x.columns});
  DenseMatrix scores = cluster::pca(x, {.components = components, .seed = seed}).scores;
  DenseMatrix places(x.rows, kPlane);
  for (Index n = 0; n < x.rows; ++n) {
    std::ranges::copy(scores.row(n), places.row(n).begin());
  }
  return places;
}

DenseMatrix first_columns(const DenseMatrix& x) {
  DenseMatrix places(x.rows, kPlane);
  for (Index n = 0; n < x.rows; ++n) {
    std::ranges::copy(x.row(n).first(at(kPlane)), places.row(n).begin());
  }
  return places;
}

}  // namespace

Options options(CellMapOptions& map) {
  return {{.name = "map",
           .target = &map.map,
           .meaning = "how cells are laid out on the map: umap or pca of what the model reads, or "
                      "an embedding that is stored with the cells, by its name (X_umap)",
           .placeholder = "NAME"},
          {.name = "map-cells",
           .target = &map.most_cells,
           .meaning = "most cells on the map, drawn at random where there are more",
           .minimum = 100,
           .maximum = 1000000}};
}

void require_map(const Dataset& dataset, const CellMapOptions& options) {
  if (!is_made(options)) {
    static_cast<void>(stored_embedding(dataset, options.map));
  }
}

CellMap cell_map(const fit::TrainedModel& model, const Dataset& dataset, std::vector<Index> cells,
                 const CellMapOptions& options) {
  if (!is_made(options)) {
    keep_finite(cells, stored_embedding(dataset, options.map));
  }
  CellMap map{.title = options.map,
              .cells = sampled_cells(cells, options.most_cells, options.seed),
              .places = {}};
  if (static_cast<Index>(map.cells.size()) < kFewestCells) {
    throw InputError({.what = "too few cells for a map",
                      .where = dataset.source.path,
                      .found = std::to_string(map.cells.size()),
                      .expected = "at least " + std::to_string(kFewestCells)});
  }
  if (!is_made(options)) {
    map.places = first_columns(std::get<DenseMatrix>(
        select_rows(Matrix(stored_embedding(dataset, options.map)), map.cells)));
    return map;
  }
  const DenseMatrix x = model_coordinates(model, dataset, map.cells, options.seed);
  const bool umap = options.map == "umap";
  map.title = umap ? "UMAP" : "Principal components";
  map.places =
      umap ? cluster::umap(x, {.seed = options.seed}).embedding : first_components(x, options.seed);
  return map;
}

}  // namespace mixvae::analysis
