#include "fit/reference_prior.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include "base/error.hpp"
#include "data/io/read.hpp"

namespace mixvae::fit {
namespace {

/// The row of the file for each kept cell.
std::vector<Index> rows_of(const Dataset& file, const Dataset& dataset,
                           const std::vector<Index>& kept) {
  if (file.source.cells_unnamed) {
    if (file.cell_count() != dataset.cell_count()) {
      throw InputError({.what = "a reference prior without cell names has another number of rows",
                        .where = file.source.path,
                        .found = std::to_string(file.cell_count()) + " rows",
                        .expected = std::to_string(dataset.cell_count()) + ", one for each cell"});
    }
    return kept;
  }
  std::unordered_map<std::string, Index> numbers;
  for (Index row = 0; row < file.cell_count(); ++row) {
    numbers[file.cells.names[at(row)]] = row;
  }
  std::vector<Index> rows;
  rows.reserve(kept.size());
  for (const Index cell : kept) {
    const auto found = numbers.find(dataset.cells.names[at(cell)]);
    if (found == numbers.end()) {
      throw InputError({.what = "the reference prior lacks a cell of the data",
                        .where = file.source.path,
                        .found = dataset.cells.names[at(cell)],
                        .hint = "list every cell; 1/K in each column says that nothing is known"});
    }
    rows.push_back(found->second);
  }
  return rows;
}

void require_probabilities(std::span<const float> row, const std::string& where) {
  constexpr float kTolerance = 0.01F;
  const bool valid =
      std::ranges::all_of(row, [](float p) { return std::isfinite(p) && p >= 0 && p <= 1; });
  const float sum = std::accumulate(row.begin(), row.end(), 0.0F);
  if (!valid || std::abs(sum - 1) > kTolerance) {
    throw InputError({.what = "a row of the reference prior holds no probabilities",
                      .where = where,
                      .found = valid ? "a sum of " + std::to_string(sum) : "a value outside [0, 1]",
                      .expected = "values in [0, 1] that sum to 1"});
  }
}

}  // namespace

DenseMatrix reference_prior(const std::string& path, const Dataset& dataset,
                            const std::vector<Index>& kept, std::int64_t types) {
  if (path.empty()) {
    return {};
  }
  const Dataset file = read_dataset(path);
  if (file.feature_count() > types) {
    throw UsageError({.what = "the reference prior has more types than are looked for",
                      .where = path,
                      .found = std::to_string(file.feature_count()) + " columns",
                      .expected = "at most --types " + std::to_string(types)});
  }
  const std::vector<Index> rows = rows_of(file, dataset, kept);
  const DenseMatrix given = to_dense(select_rows(file.x, rows));
  DenseMatrix prior(given.rows, types);
  for (Index n = 0; n < given.rows; ++n) {
    require_probabilities(given.row(n), path + ", row " + std::to_string(rows[at(n)] + 1));
    std::ranges::copy(given.row(n), prior.row(n).begin());
  }
  return prior;
}

std::vector<std::int32_t> prior_types(const DenseMatrix& prior) {
  std::vector<std::int32_t> types;
  types.reserve(at(prior.rows));
  for (Index n = 0; n < prior.rows; ++n) {
    const auto best = std::ranges::max_element(prior.row(n));
    types.push_back(*best > 0.5F ? static_cast<std::int32_t>(best - prior.row(n).begin()) : -1);
  }
  return types;
}

}  // namespace mixvae::fit
