#include "data/prepare/value_checks.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"

namespace mixvae {
namespace {

constexpr Index kCheckedRows = 256;

std::string place_of_value(const Dataset& dataset, Index row, Index column) {
  return dataset.source.path + ", cell '" + dataset.cells.names[static_cast<std::size_t>(row)] +
         "' (row " + std::to_string(row + 1) + "), feature '" +
         dataset.features.names[static_cast<std::size_t>(column)] + "' (column " +
         std::to_string(column + 1) + ")";
}

/// Calls refuse(row, column, value) at the first value, row by row, for which `bad` holds.
template <class Bad, class Refuse>
void refuse_first(const Matrix& matrix, Bad bad, Refuse refuse) {
  parallel_for(row_count(matrix), kCheckedRows, [&](Index begin, Index end) {
    for (Index row = begin; row < end; ++row) {
      for_each_value(matrix, row, [&](Index column, float value) {
        if (bad(value)) {
          refuse(row, column, value);
        }
      });
    }
  });
}

Index expressed_features(const Matrix& matrix, Index row) {
  Index expressed = 0;
  for_each_value(matrix, row, [&](Index, float value) { expressed += value != 0.0F ? 1 : 0; });
  return expressed;
}

void refuse_empty_cells(const Dataset& dataset, std::span<const Index> empty) {
  throw InputError({.what = "cells without any non-zero value",
                    .where = dataset.source.path,
                    .found = with_commas(static_cast<long long>(empty.size())) + " of " +
                             with_commas(dataset.cell_count()) + " cells, the first is '" +
                             dataset.cells.names[static_cast<std::size_t>(empty.front())] +
                             "' (row " + std::to_string(empty.front() + 1) + ")",
                    .expected = "at least one non-zero value in every cell",
                    .hint = "--min-features 1 leaves such cells out"});
}

void refuse_none_left(const Dataset& dataset, double min_features, const std::string& hint) {
  throw InputError({.what = "no cell is left after filtering",
                    .where = dataset.source.path,
                    .found = "fewer than " + shortest(min_features) +
                             " expressed features in each of " + with_commas(dataset.cell_count()) +
                             " cells",
                    .hint = hint});
}

/// Refuses the first value below `lowest`, because `purpose` cannot take it.
void require_at_least(const Dataset& dataset, float lowest, const std::string& purpose) {
  refuse_first(
      dataset.x, [=](float value) { return value < lowest; },
      [&](Index row, Index column, float value) {
        throw InputError({.what = "a value is too small for " + purpose,
                          .where = place_of_value(dataset, row, column),
                          .found = shortest(value),
                          .expected = "values of at least " + shortest(lowest),
                          .hint = "choose another layer (--layer) or --normalise none"});
      });
}

}  // namespace

bool holds_non_finite(const Matrix& matrix) {
  const auto& values =
      std::visit([](const auto& m) -> const std::vector<float>& { return m.values; }, matrix);
  return !std::ranges::all_of(values, [](float value) { return std::isfinite(value); });
}

void require_finite(const Dataset& dataset, const std::vector<bool>& used) {
  for (Index row = 0; row < dataset.cell_count(); ++row) {
    for_each_value(dataset.x, row, [&](Index column, float value) {
      if (used[at(column)] && !std::isfinite(value)) {
        throw InputError({.what = "a value is not a finite number",
                          .where = place_of_value(dataset, row, column),
                          .found = std::isnan(value) ? "NaN" : (value > 0 ? "Inf" : "-Inf"),
                          .expected = "finite numbers in all features that are used",
                          .hint = "mend or remove the cell, or leave the feature out: --exclude '" +
                                  dataset.features.names[at(column)] + "'"});
      }
    });
  }
}

Dataset without_non_finite(const Dataset& dataset) {
  Dataset cleaned = dataset;
  std::visit(
      [](auto& matrix) {
        std::ranges::replace_if(
            matrix.values, [](float v) { return !std::isfinite(v); }, 0.0F);
      },
      cleaned.x);
  return cleaned;
}

float smallest_value(const Matrix& matrix) {
  const auto& values =
      std::visit([](const auto& m) -> const std::vector<float>& { return m.values; }, matrix);
  const bool holds_zeros =
      static_cast<Index>(values.size()) < row_count(matrix) * column_count(matrix);
  const float smallest = values.empty() ? 0.0F : *std::ranges::min_element(values);
  return holds_zeros ? std::min(smallest, 0.0F) : smallest;
}

void require_domain(const std::string& normalise, const Dataset& dataset) {
  if (normalise == "log2") {
    const float smallest = smallest_value(dataset.x);
    require_at_least(dataset, 1.0F, "log2 of 'expression + 1'");
    if (smallest < 1.0F) {
      throw InputError({.what = "log2 cannot take the zeros of a sparse matrix",
                        .where = dataset.source.path,
                        .hint = "use --normalise log, which is ln(1 + x)"});
    }
  } else if (normalise == "library-log" || normalise == "library" || normalise == "log") {
    require_at_least(dataset, 0.0F, normalise == "log" ? "a logarithm" : "counts");
  }
}

std::vector<Index> kept_cells(const Dataset& dataset, double min_features) {
  std::vector<Index> kept;
  std::vector<Index> empty;
  for (Index row = 0; row < dataset.cell_count(); ++row) {
    const Index expressed = expressed_features(dataset.x, row);
    if (static_cast<double>(expressed) < min_features) {
      continue;
    }
    kept.push_back(row);
    if (expressed == 0) {
      empty.push_back(row);
    }
  }
  if (!empty.empty()) {
    refuse_empty_cells(dataset, empty);
  }
  if (kept.empty()) {
    refuse_none_left(dataset, min_features, "lower --min-features");
  }
  return kept;
}

std::vector<Index> cells_with_values(const Dataset& dataset, double min_features) {
  const double least = std::max(min_features, 1.0);
  std::vector<Index> kept;
  for (Index row = 0; row < dataset.cell_count(); ++row) {
    if (static_cast<double>(expressed_features(dataset.x, row)) >= least) {
      kept.push_back(row);
    }
  }
  if (kept.empty()) {
    refuse_none_left(dataset, least, "");
  }
  return kept;
}

}  // namespace mixvae
