#include "analysis/marker_values.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"
#include "data/io/channel_kinds.hpp"
#include "data/prepare/feature_alignment.hpp"
#include "data/prepare/feature_list.hpp"
#include "data/prepare/preprocessing_notes.hpp"

namespace mixvae::analysis {
namespace {

constexpr std::size_t kNamedFeatures = 5;

/// Whether every value of a column is a finite number, [D].
std::vector<bool> finite_columns(const Matrix& x) {
  std::vector<bool> finite(at(column_count(x)), true);
  for (Index row = 0; row < row_count(x); ++row) {
    for_each_value(x, row, [&](Index column, float value) {
      if (!std::isfinite(value)) {
        finite[at(column)] = false;
      }
    });
  }
  return finite;
}

/// Markers by their kind, and the features of the fit.
std::vector<Index> panel(const Dataset& dataset, const Preprocessing& fitted) {
  std::vector<Index> columns = marker_features(dataset);
  for (const Index column : align_features(fitted, dataset, 0).columns) {
    if (column >= 0) {
      columns.push_back(column);
    }
  }
  std::ranges::sort(columns);
  columns.erase(std::ranges::unique(columns).begin(), columns.end());
  return columns;
}

std::vector<Index> all_columns(const Dataset& dataset) {
  std::vector<Index> columns;
  for (Index f = 0; f < dataset.feature_count(); ++f) {
    columns.push_back(f);
  }
  return columns;
}

/// Leaves out the columns with values that are no finite numbers.
void keep_finite(std::vector<Index>& columns, const Dataset& dataset,
                 std::vector<std::string>& notes) {
  const std::vector<bool> finite = finite_columns(dataset.x);
  std::vector<std::string> names;
  std::erase_if(columns, [&](Index f) {
    if (!finite[at(f)]) {
      names.push_back(dataset.features.names[at(f)]);
    }
    return !finite[at(f)];
  });
  if (columns.empty()) {
    throw InputError({.what = "no feature can be tested as a marker",
                      .where = dataset.source.path,
                      .found = "values that are not finite numbers in every feature",
                      .expected = "a finite number for every cell in at least one feature"});
  }
  if (!names.empty()) {
    notes.push_back("not tested, because some values are missing (NaN) or infinite: " +
                    join(first_n(names, kNamedFeatures), ", ") +
                    (names.size() > kNamedFeatures ? ", ..." : ""));
  }
}

std::vector<std::string> names_of(const std::vector<Index>& columns,
                                  const std::vector<std::string>& names) {
  std::vector<std::string> chosen;
  chosen.reserve(columns.size());
  for (const Index column : columns) {
    chosen.push_back(names[at(column)]);
  }
  return chosen;
}

/// The preprocessing of the fit for these features, without its scaling.
Preprocessing unscaled(Preprocessing fitted, std::vector<std::string> features) {
  fitted.features = std::move(features);
  fitted.scale = "none";
  fitted.minimum.clear();
  fitted.range.clear();
  return fitted;
}

MarkerValues channel_values(const Dataset& dataset, const std::vector<std::int32_t>& types,
                            const Preprocessing& fitted, const std::vector<Index>& columns,
                            std::vector<std::string> notes) {
  std::vector<std::string> repeated;
  std::vector<std::string> names =
      names_of(columns, unique_names(dataset.features.names, repeated));
  Prepared prepared = apply_preprocessing(unscaled(fitted, names), dataset,
                                          {.minimum_found = 0, .trust_values = true});
  notes.insert(notes.begin(), std::to_string(columns.size()) + " of " +
                                  std::to_string(dataset.feature_count()) +
                                  " channels are tested; their values are " +
                                  normalisation_text(fitted) + ", as for the fit");
  MarkerValues values;
  values.x = std::move(prepared.x);
  values.names = std::move(names);
  values.scale = metrics::MarkerScale::channels;
  values.notes = std::move(notes);
  for (const Index cell : prepared.kept_cells) {
    values.types.push_back(types[at(cell)]);
  }
  return values;
}

}  // namespace

MarkerValues marker_values(Dataset dataset, std::vector<std::int32_t> types,
                           const Preprocessing& fitted) {
  const bool channels = !channel_kinds(dataset).empty();
  std::vector<std::string> notes;
  std::vector<Index> columns = channels ? panel(dataset, fitted) : all_columns(dataset);
  keep_finite(columns, dataset, notes);
  if (channels) {
    return channel_values(dataset, types, fitted, columns, std::move(notes));
  }
  MarkerValues values;
  const ValueKind kind = judge_dataset(dataset).kind;
  const bool counts = kind == ValueKind::counts || kind == ValueKind::fractional_counts;
  values.scale = counts ? metrics::MarkerScale::counts : metrics::MarkerScale::values;
  values.names = names_of(columns, dataset.features.names);
  const bool all = static_cast<Index>(columns.size()) == dataset.feature_count();
  values.x = all ? std::move(dataset.x) : select_columns(dataset.x, columns);
  values.types = std::move(types);
  values.notes = std::move(notes);
  return values;
}

}  // namespace mixvae::analysis
