#include <algorithm>
#include <optional>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"
#include "data/io/channel_kinds.hpp"
#include "data/prepare/feature_alignment.hpp"
#include "data/prepare/preprocessing.hpp"
#include "data/prepare/type_libraries.hpp"
#include "data/prepare/value_checks.hpp"
#include "data/prepare/value_kind.hpp"
#include "data/prepare/value_transform.hpp"
#include "data/prepare/values_mark.hpp"

namespace mixvae {
namespace {

/// Applies the transform in place, row by row. `columns`: of the model's features in the data set;
/// `cells`: rows of it.
void transform_values(Matrix& matrix, const Divisors& divisors, std::span<const Index> columns,
                      std::span<const Index> cells, const ValueTransform& transform) {
  const auto divisor = [&](Index row, Index feature) {
    const Index column = columns[at(feature)];
    return column < 0 ? 1.0F : divisors(cells[at(row)], column);
  };
  parallel_for(row_count(matrix), 64, [&](Index begin, Index end) {
    for (Index row = begin; row < end; ++row) {
      if (auto* sparse = std::get_if<CsrMatrix>(&matrix)) {
        for (auto i = at(sparse->offsets[at(row)]); i < at(sparse->offsets[at(row) + 1]); ++i) {
          const Index feature = sparse->column_numbers[i];
          sparse->values[i] = transform(sparse->values[i], divisor(row, feature), feature);
        }
      } else {
        auto values = std::get<DenseMatrix>(matrix).row(row);
        for (std::size_t c = 0; c < values.size(); ++c) {
          const auto feature = static_cast<Index>(c);
          values[c] = transform(values[c], divisor(row, feature), feature);
        }
      }
    }
  });
}

CsrMatrix to_sparse(const DenseMatrix& matrix) {
  CsrMatrix sparse;
  sparse.rows = matrix.rows;
  sparse.columns = matrix.columns;
  for (Index row = 0; row < matrix.rows; ++row) {
    for (Index column = 0; column < matrix.columns; ++column) {
      if (matrix(row, column) != 0.0F) {
        sparse.column_numbers.push_back(static_cast<std::int32_t>(column));
        sparse.values.push_back(matrix(row, column));
      }
    }
    sparse.offsets.push_back(static_cast<Index>(sparse.values.size()));
  }
  return sparse;
}

/// The model's columns of the kept cells, still raw.
Matrix raw_selection(const Dataset& dataset, std::span<const Index> columns,
                     std::span<const Index> cells) {
  if (static_cast<Index>(cells.size()) == dataset.cell_count()) {
    return select_columns(dataset.x, columns);
  }
  return select_rows(select_columns(dataset.x, columns), cells);
}

constexpr Index kFewCells = 20;

/// Refuses values on another scale. A few shallow cells of fractional counts look like logarithms.
ValueKind judged(const Preprocessing& preprocessing, const Dataset& dataset, bool trust_values) {
  const ValueJudgement found = judge_dataset(dataset);
  const bool guess = !found.sure && dataset.cell_count() < kFewCells &&
                     preprocessing.expected == ValueKind::fractional_counts;
  if (!trust_values && !preprocessing.trust_values && !guess) {
    require_same_scale(preprocessing, found, dataset.source.path);
  }
  return found.kind;
}

void require_same_compensation(const Preprocessing& preprocessing, const Dataset& dataset) {
  const std::optional<bool> now = dataset.source.compensated;
  const bool of_fit = preprocessing.compensated.value_or(now.value_or(false));
  if (now.value_or(of_fit) != of_fit) {
    const auto described = [](bool compensated) {
      return compensated ? "compensated values" : "values without compensation";
    };
    throw InputError({.what = "the values are not compensated as those of the fit were",
                      .where = dataset.source.path,
                      .found = described(!of_fit),
                      .expected = described(of_fit),
                      .hint = of_fit ? "leave out --compensate no" : "use --compensate no"});
  }
}

/// Fluorescence without a word on spillover is not what a model of compensated values expects.
void require_known_spillover(const Preprocessing& preprocessing, const Dataset& dataset) {
  if (preprocessing.compensated.value_or(false) && dataset.source.spillover_unknown) {
    throw InputError(
        {.what = "the values are not compensated as those of the fit were",
         .where = dataset.source.path,
         .found = "fluorescence channels, no spillover matrix for them, and no word that they are "
                  "compensated",
         .expected = "compensated values",
         .hint = "store the matrix in $SPILLOVER; where the values are compensated already, "
                 "--trust-values says so"});
  }
}

/// Sum of all values of each kept cell.
std::vector<float> kept_totals(const TypeLibraries& libraries, std::span<const Index> cells) {
  std::vector<float> kept;
  kept.reserve(cells.size());
  for (const Index cell : cells) {
    kept.push_back(libraries.total(cell));
  }
  return kept;
}

void note_left_out(Prepared& prepared, const Dataset& dataset, double min_features) {
  const auto left_out = dataset.cell_count() - static_cast<Index>(prepared.kept_cells.size());
  if (left_out > 0) {
    const std::string kind = min_features <= 1
                                 ? "without any non-zero value"
                                 : "with fewer than " + shortest(min_features) + " features";
    prepared.notes.push_back("left out: " + with_commas(left_out) +
                             (left_out == 1 ? " cell " : " cells ") + kind);
  }
}

/// What is left to do for values that are normalised already.
Preprocessing without_normalisation(Preprocessing preprocessing) {
  preprocessing.normalise = "none";
  preprocessing.features_unnamed = false;
  preprocessing.trust_values = true;
  return preprocessing;
}

/// The columns that the model reads, also for sums over all features.
std::vector<bool> used_columns_of(const Preprocessing& preprocessing,
                                  const FeatureAlignment& alignment, Index features) {
  std::vector<bool> used(at(features), ValueTransform(preprocessing).needs_library());
  for (const Index column : alignment.columns) {
    if (column >= 0) {
      used[at(column)] = true;
    }
  }
  return used;
}

/// The preprocessing of values as the training data had them.
Prepared prepared_as_in_training(const Preprocessing& preprocessing, const Dataset& dataset,
                                 FeatureAlignment alignment, const ApplyOptions& options) {
  require_same_compensation(preprocessing, dataset);
  if (!options.trust_values) {
    require_known_spillover(preprocessing, dataset);
  }
  const ValueKind kind = judged(preprocessing, dataset, options.trust_values);
  require_domain(preprocessing.normalise, dataset);
  require_zeros_kept(preprocessing, dataset);

  Prepared prepared;
  prepared.features = preprocessing.features;
  prepared.notes = std::move(alignment.notes);
  prepared.kept_cells = cells_with_values(dataset, preprocessing.min_features);
  note_left_out(prepared, dataset, preprocessing.min_features);
  prepared.x = raw_selection(dataset, alignment.columns, prepared.kept_cells);
  const ValueTransform transform(preprocessing);
  Divisors divisors;
  if (kind == ValueKind::counts || transform.needs_library()) {
    TypeLibraries libraries = type_libraries(dataset);
    prepared.library = kept_totals(libraries, prepared.kept_cells);
    if (transform.needs_library()) {
      require_types(preprocessing, dataset);
      divisors = Divisors(std::move(libraries), preprocessing);
    }
  }
  if (kind == ValueKind::counts && options.keep_counts) {
    const auto* sparse = std::get_if<CsrMatrix>(&prepared.x);
    prepared.counts = sparse ? *sparse : to_sparse(std::get<DenseMatrix>(prepared.x));
  }
  transform_values(prepared.x, divisors, alignment.columns, prepared.kept_cells, transform);
  return prepared;
}

}  // namespace

Prepared apply_preprocessing(const Preprocessing& preprocessing, const Dataset& dataset,
                             const ApplyOptions& options) {
  const bool normalised = is_normalised_already(preprocessing, dataset);
  const Preprocessing left = normalised ? without_normalisation(preprocessing) : preprocessing;
  FeatureAlignment alignment = align_features(left, dataset, options.minimum_found);
  std::optional<Dataset> cleaned;
  if (holds_non_finite(dataset.x)) {
    require_finite(dataset, used_columns_of(left, alignment, dataset.feature_count()));
    cleaned = without_non_finite(dataset);
  }
  Prepared prepared =
      prepared_as_in_training(left, cleaned ? *cleaned : dataset, std::move(alignment), options);
  if (normalised) {
    prepared.notes.insert(prepared.notes.begin(),
                          "the cells were generated by a model of this normalisation, which is "
                          "not done again");
  }
  return prepared;
}

bool normalises_shares(const Preprocessing& preprocessing) {
  return ValueTransform(preprocessing).needs_library() && preprocessing.types.empty();
}

void normalise_shares(const Preprocessing& preprocessing, DenseMatrix& shares) {
  MIXVAE_ASSERT(normalises_shares(preprocessing), "values are normalised by a library size");
  const ValueTransform transform(preprocessing);
  for (float& value : shares.values) {
    value = transform.normalised(value, 1);
  }
}

void unscale(const Preprocessing& preprocessing, DenseMatrix& values) {
  for (Index n = 0; n < values.rows && !preprocessing.range.empty(); ++n) {
    const auto row = values.row(n);
    for (std::size_t d = 0; d < row.size(); ++d) {
      row[d] = row[d] * preprocessing.range[d] + preprocessing.minimum[d];
    }
  }
}

}  // namespace mixvae
