#include "report/cell_colors.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"
#include "report/type_colors.hpp"

namespace mixvae::report {
namespace {

constexpr std::size_t kMostLabels = 60;
constexpr std::size_t kFewestLabels = 2;
constexpr double kLowest = 0.01;
constexpr double kHighest = 0.99;
constexpr const char* kResult = "Result";
constexpr const char* kOtherRuns = "Other runs";
constexpr const char* kAnnotations = "Annotations";
constexpr const char* kFeatures = "Features";
constexpr std::string_view kRunId = "run:";
constexpr std::string_view kAnnotationId = "annotation:";
constexpr std::string_view kFeatureId = "feature:";

template <class Value>
std::vector<Value> of_map(const std::vector<Value>& all, const analysis::CellMap& map) {
  std::vector<Value> chosen;
  chosen.reserve(map.cells.size());
  for (const Index cell : map.cells) {
    chosen.push_back(all[at(cell)]);
  }
  return chosen;
}

CellColors numbers(std::string id, std::string title, std::string group,
                   std::vector<float> values) {
  std::vector<float> finite;
  std::ranges::copy_if(values, std::back_inserter(finite),
                       [](float value) { return std::isfinite(value); });
  std::ranges::sort(finite);
  const auto quantile = [&](double share) {
    return finite.empty()
               ? 0.0F
               : finite[static_cast<std::size_t>(share * static_cast<double>(finite.size() - 1))];
  };
  CellColors colors{.id = std::move(id), .title = std::move(title), .group = std::move(group)};
  colors.low = quantile(kLowest);
  colors.high = quantile(kHighest);
  if (!(colors.high > colors.low) && !finite.empty()) {
    colors.low = finite.front();
    colors.high = finite.back();
  }
  colors.numbers = std::move(values);
  return colors;
}

CellColors shares(std::string id, std::string title, std::vector<float> values) {
  CellColors colors = numbers(std::move(id), std::move(title), kResult, std::move(values));
  colors.low = 0;
  colors.high = 1;
  return colors;
}

CellColors types(const analysis::Overview& seen) {
  return {.id = "type",
          .title = "Type",
          .group = kResult,
          .numeric = false,
          .labels = seen.assignment.type_names,
          .palette = type_colors(seen.assignment.type_names.size()),
          .codes = of_map(seen.assignment.types, seen.map)};
}

/// Cells by the names of their types, merged ones together; each in the colour of its first type.
CellColors names(const analysis::Overview& seen) {
  const Categorical labels = analysis::cell_labels(seen.assignment);
  return {.id = "name",
          .title = "Name of the type",
          .group = kResult,
          .numeric = false,
          .labels = labels.categories,
          .palette = label_colors(seen.assignment.labels, labels.categories),
          .codes = of_map(labels.codes, seen.map)};
}

/// The types of another run; those that are paired with one of this run in its colour.
CellColors types_of_run(const analysis::Overview& seen, std::size_t other) {
  const analysis::ComparedRun& run = seen.comparison->runs[other];
  const std::vector<std::int32_t>& paired = seen.comparison->paired[other - 1];
  const std::size_t own = seen.assignment.type_names.size();
  const std::vector<std::string> sequence = type_colors(own + run.type_names.size());
  CellColors colors{.id = std::string(kRunId) + run.name,
                    .title = "Types of " + run.name,
                    .group = kOtherRuns,
                    .numeric = false,
                    .labels = run.type_names,
                    .palette = {},
                    .codes = of_map(run.types, seen.map)};
  std::size_t next = own;
  for (const std::int32_t type : paired) {
    colors.palette.push_back(sequence[type >= 0 ? at(type) : next++]);
  }
  return colors;
}

std::vector<float> state(const analysis::Overview& seen, Index s) {
  std::vector<float> values;
  values.reserve(seen.map.cells.size());
  for (const Index cell : seen.map.cells) {
    values.push_back(seen.assignment.state(cell, s));
  }
  return values;
}

CellColors annotation(const analysis::Overview& seen, const Column& column) {
  const std::string id = std::string(kAnnotationId) + column.name;
  if (const auto values = as_numbers(column)) {
    std::vector<float> chosen;
    chosen.reserve(seen.map.cells.size());
    for (const Index cell : seen.map.cells) {
      chosen.push_back(static_cast<float>((*values)[at(cell)]));
    }
    return numbers(id, column.name, kAnnotations, std::move(chosen));
  }
  const Categorical labels = as_labels(column);
  return {.id = id,
          .title = column.name,
          .group = kAnnotations,
          .numeric = false,
          .labels = labels.categories,
          .palette = type_colors(labels.categories.size()),
          .codes = of_map(labels.codes, seen.map)};
}

bool can_be_shown(const Column& column) {
  if (as_numbers(column)) {
    return true;
  }
  const std::size_t labels = as_labels(column).categories.size();
  return labels >= kFewestLabels && labels <= kMostLabels;
}

float value_at(const Matrix& x, Index row, Index column) {
  if (const DenseMatrix* dense = std::get_if<DenseMatrix>(&x)) {
    return (*dense)(row, column);
  }
  const SparseRow values = std::get<CsrMatrix>(x).row(row);
  const auto found = std::ranges::lower_bound(values.columns, static_cast<std::int32_t>(column));
  return found == values.columns.end() || *found != column
             ? 0.0F
             : values.values[static_cast<std::size_t>(found - values.columns.begin())];
}

CellColors feature(const analysis::Overview& seen, Index f) {
  const std::string& name = seen.values.names[at(f)];
  std::vector<float> values;
  for (const Index cell : seen.map.cells) {
    const Index row = seen.value_rows[at(cell)];
    values.push_back(row < 0 ? std::nanf("") : value_at(seen.values.x, row, f));
  }
  return numbers(std::string(kFeatureId) + name, name, kFeatures, std::move(values));
}

/// The first markers of each type in turn, then the second, ..., each feature once.
std::vector<Index> first_markers(const analysis::Overview& seen, Index most) {
  const auto markers = metrics::top_markers(seen.markers, most, metrics::MarkerLevel::high);
  std::vector<Index> features;
  std::set<Index> taken;
  for (std::size_t rank = 0; rank < at(most); ++rank) {
    for (const std::vector<Index>& of_type : markers) {
      if (rank < of_type.size() && static_cast<Index>(features.size()) < most &&
          taken.insert(of_type[rank]).second) {
        features.push_back(of_type[rank]);
      }
    }
  }
  return features;
}

std::vector<CellColors> results(const analysis::Overview& seen) {
  const analysis::Assignment& of = seen.assignment;
  std::vector<CellColors> all{types(seen)};
  if (analysis::has_labels(of)) {
    all.push_back(names(seen));
  }
  if (!of.confidence.empty()) {
    all.push_back(shares("confidence", "Confidence", of_map(of.confidence, seen.map)));
  }
  all.push_back(shares("probability", "Probability of the type", of_map(of.type_prob, seen.map)));
  if (!of.consensus.empty()) {
    all.push_back(shares("consensus", "Consensus of arms", of_map(of.consensus, seen.map)));
  }
  if (!of.novelty.empty()) {
    all.push_back(numbers("novelty", "Novelty", kResult, of_map(of.novelty, seen.map)));
  }
  for (Index s = 0; s < of.state.columns; ++s) {
    const std::string number = std::to_string(s + 1);
    all.push_back(numbers("state:" + number, "State " + number, kResult, state(seen, s)));
  }
  for (std::size_t r = 1; seen.comparison && r < seen.comparison->runs.size(); ++r) {
    all.push_back(types_of_run(seen, r));
  }
  return all;
}

/// Throws UsageError for an annotation without any value.
void require_values(const Column& column, const std::string& name) {
  const auto values = as_numbers(column);
  const bool some =
      values ? std::ranges::any_of(*values, [](double value) { return std::isfinite(value); })
             : !as_labels(column).categories.empty();
  if (!some) {
    throw UsageError({.what = "cells cannot be coloured by an annotation without values",
                      .found = "'" + name + "'",
                      .expected = "one that some cells have"});
  }
}

std::string without_prefix(const std::string& name, std::string_view prefix) {
  return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}

/// Place of a feature of that name, or of the only one that ends in it behind "_" (CD3 for
/// 170Er_CD3); -1 without one.
Index place_of(const std::vector<std::string>& features, const std::string& name) {
  const auto whole = std::ranges::find(features, name);
  if (whole != features.end()) {
    return whole - features.begin();
  }
  Index place = -1;
  for (std::size_t f = 0; f < features.size(); ++f) {
    if (features[f].ends_with("_" + name)) {
      if (place >= 0) {
        return -1;
      }
      place = static_cast<Index>(f);
    }
  }
  return place;
}

[[noreturn]] void refuse_color(const std::string& name, const std::vector<std::string>& known,
                               const Table& cells, const std::vector<std::string>& features) {
  std::vector<std::string> others = features;
  for (const Column& column : cells.columns) {
    others.push_back(column.name);
  }
  const std::vector<std::string> near = nearest_names(name, others);
  throw UsageError({.what = "cells cannot be coloured by this",
                    .found = "'" + name + "'",
                    .expected = join(known, ", ") + ", an annotation of the cells or a feature" +
                                (near.empty() ? "" : "; near: " + join(near, ", "))});
}

}  // namespace

void require_color(const std::string& name, const Dataset& dataset) {
  if (names_a_result(name)) {
    return;
  }
  if (const Column* column = dataset.cells.find(without_prefix(name, kAnnotationId))) {
    require_values(*column, name);
    return;
  }
  const std::vector<std::string>& features = dataset.features.names;
  if (place_of(features, without_prefix(name, kFeatureId)) < 0) {
    refuse_color(name,
                 {"type", "name", "confidence", "probability", "consensus", "novelty", "state:1"},
                 dataset.cells, features);
  }
}

std::vector<CellColors> cell_colors(const analysis::Overview& seen, Index features) {
  std::vector<CellColors> all = results(seen);
  for (const Column& column : seen.cells.columns) {
    if (can_be_shown(column)) {
      all.push_back(annotation(seen, column));
    }
  }
  for (const Index f : first_markers(seen, features)) {
    all.push_back(feature(seen, f));
  }
  return all;
}

bool names_a_result(const std::string& name) {
  static const std::vector<std::string> kNames{"type",        "name",      "confidence",
                                               "probability", "consensus", "novelty"};
  return std::ranges::find(kNames, name) != kNames.end() || name.starts_with("state:") ||
         name.starts_with(kRunId);
}

CellColors cell_colors_named(const analysis::Overview& seen, const std::string& name) {
  std::vector<std::string> known;
  for (const CellColors& colors : results(seen)) {
    if (colors.id == name) {
      return colors;
    }
    known.push_back(colors.id);
  }
  if (const Column* column = seen.cells.find(without_prefix(name, kAnnotationId))) {
    require_values(*column, name);
    return annotation(seen, *column);
  }
  const Index found = place_of(seen.values.names, without_prefix(name, kFeatureId));
  if (found < 0) {
    refuse_color(name, known, seen.cells, seen.values.names);
  }
  return feature(seen, found);
}

}  // namespace mixvae::report
