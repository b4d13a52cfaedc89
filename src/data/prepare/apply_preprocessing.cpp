
#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"
#include "data/io/channel_kinds.hpp"
#include "data/prepare/feature_alignment.hpp"
#include "data/prepare/preprocessing.hpp"
#include "data/prepare/value_checks.hpp"
#include "data/prepare/value_kind.hpp"
#include "data/prepare/value_transform.hpp"
#include "data/prepare/values_mark.hpp"

namespace mixvae {
namespace {

/// Applies the transform in place, row by row.
void transform_values(Matrix& matrix, std::span<const float> library,
                      const ValueTransform& transform) {
  const auto library_of = [&](Index row) { return library.empty() ? 0.0F : library[at(row)]; };
  parallel_for(row_count(matrix), 64, [&](Index begin, Index end) {
    for (Index row = begin; row < end; ++row) {
      if (auto* sparse = std::get_if<CsrMatrix>(&matrix)) {
        for (auto i = at(sparse->offsets[at(row)]); i < at(sparse->offsets[at(row) + 1]); ++i) {
          sparse->values[i] =
              transform(sparse->values[i], library_of(row), sparse->column_numbers[i]);
        }
      } else {
        auto values = std::get<DenseMatrix>(matrix).row(row);
        for (std::size_t c = 0; c < values.size(); ++c) {
          values[c] = transform(values[c], library_of(row), static_cast<Index>(c));
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

ValueKind judged(const Preprocessing& preprocessing, const Dataset& dataset, bool trust_values) {
  const ValueKind kind = judge_markers(dataset);
  if (trust_values || preprocessing.trust_values) {
    return kind;
  }
  if (preprocessing.normalise == "arcsinh") {  // values below 0 come and go with the cells
    require_suitable(preprocessing.normalise, kind, dataset.source.path);
  } else {
    require_same_scale(preprocessing.expected, kind, dataset.source.path);
  }
  return kind;
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

/// Library size of each kept cell.
std::vector<float> kept_libraries(const Matrix& matrix, std::span<const Index> cells) {
  const std::vector<float> all = library_sizes(matrix);
  std::vector<float> kept;
  kept.reserve(cells.size());
  for (const Index cell : cells) {
    kept.push_back(all[at(cell)]);
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

/// The preprocessing of values as the training data had them.
Prepared prepared_as_in_training(const Preprocessing& preprocessing, const Dataset& dataset,
                                 const ApplyOptions& options) {
  require_same_compensation(preprocessing, dataset);
  if (!options.trust_values) {
    require_known_spillover(preprocessing, dataset);
  }
  const ValueKind kind = judged(preprocessing, dataset, options.trust_values);
  require_domain(preprocessing.normalise, dataset);
  require_zeros_kept(preprocessing, dataset);
  FeatureAlignment alignment = align_features(preprocessing, dataset, options.minimum_found);

  Prepared prepared;
  prepared.features = preprocessing.features;
  prepared.notes = std::move(alignment.notes);
  prepared.kept_cells = cells_with_values(dataset, preprocessing.min_features);
  note_left_out(prepared, dataset, preprocessing.min_features);
  prepared.x = raw_selection(dataset, alignment.columns, prepared.kept_cells);
  const ValueTransform transform(preprocessing);
  if (kind == ValueKind::counts || transform.needs_library()) {
    prepared.library = kept_libraries(dataset.x, prepared.kept_cells);
  }
  if (kind == ValueKind::counts && options.keep_counts) {
    const auto* sparse = std::get_if<CsrMatrix>(&prepared.x);
    prepared.counts = sparse ? *sparse : to_sparse(std::get<DenseMatrix>(prepared.x));
  }
  transform_values(prepared.x, prepared.library, transform);
  return prepared;
}

}  // namespace

Prepared apply_preprocessing(const Preprocessing& preprocessing, const Dataset& dataset,
                             const ApplyOptions& options) {
  require_finite(dataset);
  if (!is_normalised_already(preprocessing, dataset)) {
    return prepared_as_in_training(preprocessing, dataset, options);
  }
  Prepared prepared =
      prepared_as_in_training(without_normalisation(preprocessing), dataset, options);
  prepared.notes.insert(prepared.notes.begin(),
                        "the cells were generated by a model of this normalisation, which is not "
                        "done again");
  return prepared;
}

}  // namespace mixvae
