#include "analysis/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/progress.hpp"
#include "base/text.hpp"
#include "fit/projection.hpp"

namespace mixvae::analysis {
namespace {

/// The rows without NaN and infinity.
CellCoordinates finite_rows(const DenseMatrix& x) {
  CellCoordinates finite;
  for (Index n = 0; n < x.rows; ++n) {
    if (std::ranges::all_of(x.row(n), [](float value) { return std::isfinite(value); })) {
      finite.cells.push_back(n);
    }
  }
  finite.x = std::get<DenseMatrix>(select_rows(x, finite.cells));
  return finite;
}

const DenseMatrix& stored_array(const Dataset& dataset, const std::string& name) {
  const auto found = dataset.arrays.find(name);
  if (found == dataset.arrays.end()) {
    std::vector<std::string> names{"auto", "pca", "features"};
    for (const auto& [stored, array] : dataset.arrays) {
      names.push_back(stored);
    }
    throw UsageError({.what = "the data hold no embedding of this name",
                      .where = dataset.source.path,
                      .found = "--space " + name,
                      .expected = join(names, ", ")});
  }
  return found->second;
}

std::vector<std::string> small_groups(const std::vector<std::int32_t>& codes,
                                      const std::vector<std::string>& names) {
  std::vector<Index> sizes(names.size(), 0);
  for (const std::int32_t code : codes) {
    sizes[at(std::max(code, 0))] += code >= 0 ? 1 : 0;
  }
  std::vector<std::string> small;
  for (std::size_t g = 0; g < names.size(); ++g) {
    if (sizes[g] < metrics::kComparedCells) {
      small.push_back(names[g]);
    }
  }
  return small;
}

}  // namespace

Options options(ComparisonOptions& comparison) {
  return {
      {.name = "space",
       .target = &comparison.space,
       .meaning = "what is compared: the low-dimensional codes of --run (auto, where it is given), "
                  "principal components of the normalised values (pca; auto without --run), these "
                  "values themselves (features), or an embedding stored with the cells, by its "
                  "name (X_mixvae_latent)"},
      {.name = "components",
       .target = &comparison.components,
       .meaning = "number of principal components (--space pca)",
       .minimum = 1,
       .maximum = 10000},
      {.name = "cells",
       .target = &comparison.cells,
       .meaning = "most cells of a group that are compared, drawn at random from larger ones; time "
                  "grows with the square of their number",
       .minimum = 2,
       .maximum = 20000},
      {.name = "permutations",
       .target = &comparison.permutations,
       .meaning = "number of random divisions of the cells that each p value comes from",
       .minimum = 1,
       .maximum = 1e7},
      {.name = "bandwidth",
       .target = &comparison.bandwidth,
       .meaning = "width sigma of the kernel exp(-d^2 / (2 sigma^2)); auto: the median distance "
                  "between the cells of each comparison",
       .minimum = 1e-12},
  };
}

CellCoordinates latent_coordinates(const Assignment& assignment) {
  return finite_rows(assignment.latent);
}

CellCoordinates cell_coordinates(const Dataset& dataset, const ComparisonOptions& options,
                                 std::uint64_t seed, std::vector<std::string>& notes) {
  const bool components = options.space == "auto" || options.space == "pca";
  if (!components && options.space != "features") {
    return finite_rows(stored_array(dataset, options.space));
  }
  const Preprocessing preprocessing = fit_preprocessing(dataset, options.preprocessing);
  Prepared prepared = apply_preprocessing(preprocessing, dataset);
  notes.insert(notes.end(), preprocessing.notes.begin(), preprocessing.notes.end());
  notes.insert(notes.end(), prepared.notes.begin(), prepared.notes.end());
  CellCoordinates coordinates;
  coordinates.x = components
                      ? fit::Projection::fit(prepared.x, options.components, seed).apply(prepared.x)
                      : to_dense(prepared.x);
  coordinates.cells = std::move(prepared.kept_cells);
  return coordinates;
}

GroupComparison compare_groups(const CellCoordinates& coordinates, const Categorical& groups,
                               const ComparisonOptions& options, std::uint64_t seed) {
  std::vector<std::int32_t> codes;
  codes.reserve(coordinates.cells.size());
  for (const Index cell : coordinates.cells) {
    codes.push_back(groups.codes[at(cell)]);
  }
  GroupComparison comparison;
  comparison.names = groups.categories;
  comparison.small = small_groups(codes, groups.categories);
  const auto count = static_cast<Index>(groups.categories.size());
  Progress progress("comparing groups", "tests", metrics::group_mmd_tests(codes, count));
  comparison.tests = metrics::group_mmd(coordinates.x, codes, count,
                                        {.permutations = options.permutations,
                                         .most_cells = options.cells,
                                         .bandwidth = options.bandwidth.value_or(0),
                                         .seed = seed},
                                        [&progress] { progress.advance(); });
  comparison.summary = metrics::summarise(comparison.tests);
  return comparison;
}

}  // namespace mixvae::analysis
