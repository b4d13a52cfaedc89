#include "app/output_format.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>

#include "app/fcs_output.hpp"
#include "app/memory_exchange.hpp"
#include "app/numpy_output.hpp"
#include "base/atomic_file.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "data/io/csv_writer.hpp"
#include "data/io/fcs/write_fcs.hpp"
#include "data/io/hdf5/h5ad_writing.hpp"

namespace mixvae::app {
namespace {

/// A single-precision number in the shortest form that reads back equal.
std::string shortest_float(float value) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value);
  return {buffer, end.ptr};
}

std::string number_text(double value) { return std::isnan(value) ? "" : shortest(value); }

struct CellText {
  std::size_t row;

  std::string operator()(const Categorical& labels) const {
    return csv_field(std::string(labels.label(static_cast<Index>(row))));
  }
  std::string operator()(const std::vector<std::string>& texts) const {
    return csv_field(texts[row]);
  }
  std::string operator()(const std::vector<double>& numbers) const {
    return number_text(numbers[row]);
  }
  std::string operator()(const std::vector<std::int64_t>& numbers) const {
    return std::to_string(numbers[row]);
  }
  std::string operator()(const std::vector<bool>& truths) const {
    return truths[row] ? "true" : "false";
  }
};

void append_row(std::string& text, const DenseMatrix& array, std::size_t row) {
  for (const float value : array.row(static_cast<Index>(row))) {
    text += "," + (std::isnan(value) ? std::string() : shortest_float(value));
  }
}

std::string header_line(const Additions& additions) {
  std::string line = "cell";
  for (const Column& column : additions.cells) {
    line += "," + csv_field(column.name);
  }
  for (const auto& [name, array] : additions.arrays) {
    for (Index c = 1; c <= array.columns; ++c) {
      line += "," + csv_field(name + "_" + std::to_string(c));
    }
  }
  return line + "\n";
}

void append_values(std::string& text, const Dataset& dataset, Index row) {
  std::vector<float> values(static_cast<std::size_t>(dataset.feature_count()));
  for_each_value(dataset.x, row,
                 [&values](Index c, float v) { values[static_cast<std::size_t>(c)] = v; });
  for (const float value : values) {
    text += "," + shortest_float(value);
  }
}

bool is_number(const std::string& text) {
  double value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  return end.ec == std::errc{} && end.ptr == text.data() + text.size();
}

/// Columns that a reader of the table cannot take for features: texts that are not numbers.
std::vector<const Column*> text_columns(const Table& cells) {
  std::vector<const Column*> columns;
  for (const Column& column : cells.columns) {
    const bool text = std::holds_alternative<Categorical>(column.values) ||
                      std::holds_alternative<std::vector<std::string>>(column.values);
    if (text && !std::ranges::all_of(as_labels(column).categories, is_number)) {
      columns.push_back(&column);
    }
  }
  return columns;
}

/// The folder itself, or the one in which those that are missing will be made.
std::filesystem::path nearest_folder(const std::string& path) {
  std::filesystem::path folder = std::filesystem::absolute(path).parent_path();
  std::error_code unseen;  // of a folder that may not be entered: writing there says so
  while (!std::filesystem::exists(folder, unseen) && !unseen) {
    folder = folder.parent_path();
  }
  if (!unseen && !std::filesystem::is_directory(folder)) {
    throw UsageError(
        {.what = "the results cannot go into a folder, for there is a file of its name",
         .where = path,
         .found = folder.string(),
         .expected = "another folder for --out"});
  }
  return folder;
}

std::string dataset_csv_header(const Dataset& dataset) {
  std::string line = "cell";
  for (const Column* column : text_columns(dataset.cells)) {
    line += "," + csv_field(column->name);
  }
  for (const std::string& name : dataset.features.names) {
    line += "," + csv_field(name);
  }
  return line + "\n";
}

void write_dataset_csv(const std::string& path, const Dataset& dataset) {
  const std::vector<const Column*> columns = text_columns(dataset.cells);
  AtomicFile file(path);
  file.write(dataset_csv_header(dataset));
  for (Index row = 0; row < dataset.cell_count(); ++row) {
    const auto r = static_cast<std::size_t>(row);
    std::string line = csv_field(dataset.cells.names[r]);
    for (const Column* column : columns) {
      line += "," + std::visit(CellText{r}, column->values);
    }
    append_values(line, dataset, row);
    file.write(line + "\n");
  }
  file.commit();
}

}  // namespace

void require_matching_input(OutputFormat format, const std::string& path, const Dataset& dataset) {
  const bool from_folder = !dataset.source.files.empty();
  if (format == OutputFormat::fcs && (dataset.source.format != "fcs" || from_folder)) {
    throw UsageError(
        {.what = "results can be written as .fcs for a single FCS file only",
         .where = path,
         .found =
             from_folder ? "data from a folder" : "data in the format " + dataset.source.format,
         .expected = from_folder ? "a folder, with / at its end" : ".h5ad, .csv or .npz"});
  }
  if (format == OutputFormat::folder && !from_folder) {
    throw UsageError({.what = "results can be written into a folder for data from a folder only",
                      .where = path,
                      .expected = ".h5ad, .csv, .npz or, for FCS data, .fcs"});
  }
  if (format == OutputFormat::h5ad && dataset.source.format == "h5ad" &&
      dataset.source.cells_unnamed) {
    throw UsageError({.what = "results cannot be written into a copy of an .h5ad file whose cells "
                              "have no names",
                      .where = dataset.source.path + ", obs",
                      .expected = ".csv, where cells are numbered; or names in the input"});
  }
  if (format == OutputFormat::fcs) {
    require_rewritable(dataset.source.path);
  } else if (format == OutputFormat::folder && dataset.source.format == "fcs") {
    for (const SourceFile& file : dataset.source.files) {
      require_rewritable(file.path);
    }
  }
}

OutputFormat output_format(const std::string& path) {
  if (path.ends_with('/')) {
    return OutputFormat::folder;
  }
  const std::string extension = lower(std::filesystem::path(path).extension().string());
  if (extension == ".h5ad") {
    return OutputFormat::h5ad;
  }
  if (extension == ".csv") {
    return OutputFormat::csv;
  }
  if (extension == ".fcs") {
    return OutputFormat::fcs;
  }
  if (extension == ".npz") {
    return OutputFormat::npz;
  }
  if (extension == ".npy") {
    return OutputFormat::npy;
  }
  const bool only_read = extension == ".zarr" || extension == ".h5mu";
  throw UsageError({.what = "the output's extension names no format that can be written",
                    .where = path,
                    .found = extension.empty() ? "no extension" : extension,
                    .expected = ".h5ad, .csv, .npz, .npy or .fcs; or a folder, with / at its end",
                    .hint = only_read ? "Zarr stores and MuData are read, not written: .h5ad keeps "
                                        "matrix, annotations and results"
                                      : ""});
}

void require_compatible_format(const std::string& path, const std::string& compat) {
  if (compat != "input" && (path.empty() || output_format(path) != OutputFormat::h5ad)) {
    throw UsageError({.what = "--compat is about .h5ad files",
                      .where = path,
                      .found = "--compat " + compat,
                      .expected = "--out FILE.h5ad beside it"});
  }
}

void require_output(const std::string& path) {
  if (MemoryExchange::taking(path) != nullptr) {
    return;
  }
  if (output_format(path) == OutputFormat::folder) {
    require_writable((nearest_folder(path) / "mixvae-output").string());
    return;
  }
  require_writable(path);
}

void require_dataset_output(const std::string& path) {
  if (MemoryExchange::taking(path) != nullptr) {
    return;
  }
  const OutputFormat format = output_format(path);
  if (format != OutputFormat::csv && format != OutputFormat::h5ad) {
    throw UsageError({.what = "a data set cannot be written in this format",
                      .where = path,
                      .expected = ".h5ad or .csv"});
  }
  require_writable(path);
}

void require_csv_output(const std::string& path) {
  const std::string extension = lower(std::filesystem::path(path).extension().string());
  if (extension != ".csv") {
    throw UsageError({.what = "this output is a table with commas",
                      .where = path,
                      .found = extension.empty() ? "no extension" : extension,
                      .expected = ".csv"});
  }
  if (MemoryExchange::taking(path) == nullptr) {
    require_writable(path);
  }
}

void write_text(const std::string& path, const std::string& text) {
  if (MemoryExchange* exchange = MemoryExchange::taking(path)) {
    exchange->table = text;
    return;
  }
  write_atomically(path, text);
}

void log_written(const std::string& path, const std::string& more) {
  if (MemoryExchange::taking(path) == nullptr) {
    log_info("written: " + path + more);
  }
}

std::string cells_csv(const std::vector<std::string>& names, const Additions& additions) {
  std::string text = header_line(additions);
  for (std::size_t row = 0; row < names.size(); ++row) {
    text += csv_field(names[row]);
    for (const Column& column : additions.cells) {
      text += "," + std::visit(CellText{row}, column.values);
    }
    for (const auto& [name, array] : additions.arrays) {
      append_row(text, array, row);
    }
    text += "\n";
  }
  return text;
}

void write_results(const std::string& path, const Dataset& dataset, const Additions& additions,
                   bool compatible) {
  if (MemoryExchange* exchange = MemoryExchange::taking(path)) {
    exchange->additions = additions;
    return;
  }
  const OutputFormat format = output_format(path);
  require_matching_input(format, path, dataset);
  if (format == OutputFormat::csv) {
    write_atomically(path, cells_csv(dataset.cells.names, additions));
  } else if (format == OutputFormat::npz) {
    write_npz_results(path, dataset.cells.names, additions);
  } else if (format == OutputFormat::npy) {
    write_npy_results(path, additions);
  } else if (format == OutputFormat::fcs) {
    write_fcs_results(dataset.source.path, additions, 0, dataset.cell_count(), path);
  } else if (format == OutputFormat::folder) {
    write_folder_results(path, dataset, additions);
  } else if (dataset.source.format == "h5ad") {
    annotate_h5ad(dataset.source.path, additions, path,
                  compatible ? Compatibility::anndata_0_8 : Compatibility::keep);
  } else {
    write_h5ad(dataset, additions, path);
  }
}

void write_dataset(const std::string& path, const Dataset& dataset) {
  if (MemoryExchange* exchange = MemoryExchange::taking(path)) {
    exchange->dataset = dataset;
    return;
  }
  require_dataset_output(path);
  if (output_format(path) == OutputFormat::csv) {
    write_dataset_csv(path, dataset);
  } else {
    write_h5ad(dataset, {}, path);
  }
}

}  // namespace mixvae::app
