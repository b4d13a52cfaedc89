#include "app/benchmark/data.hpp"

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <set>

#include "app/data_checksum.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/nearest_hint.hpp"
#include "base/text.hpp"
#include "data/io/channel_kinds.hpp"
#include "data/io/hdf5/h5ad_writing.hpp"
#include "data/label_column.hpp"
#include "data/prepare/preprocessing.hpp"
#include "fit/fit_options.hpp"

namespace mixvae::app {
namespace {

struct Condition {
  std::string column;
  std::string value;
  bool equal = true;
};

Condition parse_condition(const std::string& text) {
  for (const std::string_view sign : {"==", "!="}) {
    if (const std::size_t at = text.find(sign); at != std::string::npos) {
      return {std::string(trimmed(std::string_view(text).substr(0, at))),
              std::string(trimmed(std::string_view(text).substr(at + 2))), sign == "=="};
    }
  }
  throw InputError({.what = "a filter of the benchmark cannot be understood",
                    .found = text,
                    .expected = "COLUMN == VALUE or COLUMN != VALUE"});
}

Dataset chosen_cells(Dataset dataset, const std::vector<Index>& rows) {
  dataset.x = select_rows(dataset.x, rows);
  dataset.cells = select_rows(dataset.cells, rows);
  dataset.arrays.clear();
  dataset.texts.clear();
  return dataset;
}

/// The preprocessing that mixvae fit would use: its defaults or preset, and single options.
PreprocessingOptions preprocessing_options(const BenchmarkPlan& plan, const BenchmarkData& data) {
  const OptionTexts texts = merged_options(plan, data, {});
  const auto text = [&texts](const std::string& name, const std::string& otherwise) {
    const auto found = texts.find(name);
    return found == texts.end() ? otherwise : found->second;
  };
  fit::FitOptions fit =
      fit::fit_options(text("model", fit::FitSettings().model), text("preset", "default"));
  for (const Option& option : options(fit.preprocessing)) {
    if (const auto given = texts.find(option.name); given != texts.end()) {
      set_option(option, given->second);
    }
  }
  return fit.preprocessing;
}

std::int64_t label_count(const Categorical& labels) {
  std::set<std::int32_t> codes(labels.codes.begin(), labels.codes.end());
  codes.erase(-1);
  return std::ssize(codes);
}

void log_notes(const std::string& data, const std::vector<std::string>& notes) {
  for (const std::string& note : notes) {
    log_info(data + ": " + note);
  }
}

/// The prepared matrix as a data set of its own, without annotations.
Dataset prepared_dataset(Prepared prepared, const std::vector<std::string>& cell_names) {
  Dataset dataset;
  for (const Index row : prepared.kept_cells) {
    dataset.cells.names.push_back(cell_names[static_cast<std::size_t>(row)]);
  }
  dataset.features.names = std::move(prepared.features);
  dataset.x = std::move(prepared.x);
  return dataset;
}

/// Writes a data set under a name that no other data have, so that plans which share a folder never
/// replace what the other's programs read. Returns the name.
std::string write_under_own_name(const Dataset& dataset, const std::string& folder,
                                 const std::string& kind) {
  const std::string name = kind + "-" + annotated_checksum(dataset) + ".h5ad";
  std::string path = (std::filesystem::path(folder) / name).string();
  write_h5ad(dataset, {}, path);
  return path;
}

}  // namespace

std::vector<Index> filtered_rows(const Dataset& dataset, const std::vector<std::string>& filter) {
  std::vector<Index> rows(static_cast<std::size_t>(dataset.cell_count()));
  std::iota(rows.begin(), rows.end(), Index{0});
  for (const std::string& text : filter) {
    const Condition condition = parse_condition(text);
    const Categorical labels =
        as_labels(require_column(dataset.cells, condition.column, dataset.source.path));
    std::erase_if(
        rows, [&](Index row) { return (labels.label(row) == condition.value) != condition.equal; });
  }
  if (rows.empty()) {
    throw InputError({.what = "no cell is left after the filter",
                      .where = dataset.source.path,
                      .found = join(filter, "; ")});
  }
  return rows;
}

Categorical merged_labels(const Categorical& labels,
                          const std::map<std::string, std::vector<std::string>>& merge) {
  std::map<std::string, std::string> renamed;
  for (const auto& [name, old_names] : merge) {
    for (const std::string& old_name : old_names) {
      if (std::ranges::find(labels.categories, old_name) == labels.categories.end()) {
        throw InputError({.what = "a label to be merged does not occur",
                          .found = old_name,
                          .hint = nearest_hint(old_name, labels.categories)});
      }
      renamed[old_name] = name;
    }
  }
  std::vector<std::string> texts;
  for (Index row = 0; row < std::ssize(labels.codes); ++row) {
    const std::string label(labels.label(row));
    const auto found = renamed.find(label);
    texts.push_back(found == renamed.end() ? label : found->second);
  }
  Categorical merged = Categorical::from_labels(texts);
  for (std::size_t row = 0; row < labels.codes.size(); ++row) {
    merged.codes[row] = labels.codes[row] < 0 ? -1 : merged.codes[row];
  }
  return merged;
}

BenchmarkInput prepare_benchmark_input(const BenchmarkPlan& plan, const BenchmarkData& data,
                                       const std::string& folder) {
  Dataset dataset = read_dataset(data.path, data.read);
  log_notes(data.name, dataset.source.notes);
  const std::vector<Index> rows = filtered_rows(dataset, data.filter);
  dataset = chosen_cells(std::move(dataset), rows);
  BenchmarkInput input;
  input.labels = merged_labels(label_column(dataset.cells, data.labels, data.path), data.merge);
  input.types = data.types.value_or(label_count(input.labels));
  dataset.cells.columns = {{"label", input.labels}};
  std::erase_if(dataset.features.columns, [](const Column& c) { return c.name != kChannelKind; });
  input.cells = write_under_own_name(dataset, folder, "cells");
  const Preprocessing preprocessing = fit_preprocessing(dataset, preprocessing_options(plan, data));
  Prepared prepared = apply_preprocessing(preprocessing, dataset);
  log_notes(data.name, preprocessing.notes);
  log_notes(data.name, prepared.notes);
  input.kept_cells = prepared.kept_cells;
  input.prepared = write_under_own_name(prepared_dataset(std::move(prepared), dataset.cells.names),
                                        folder, "prepared");
  return input;
}

}  // namespace mixvae::app
