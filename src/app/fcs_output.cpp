#include "app/fcs_output.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <optional>

#include "app/output_format.hpp"
#include "base/atomic_file.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/fcs/write_fcs.hpp"
#include "data/io/folder.hpp"

namespace mixvae::app {
namespace {

namespace fs = std::filesystem;

float finite(double value) { return std::isfinite(value) ? static_cast<float>(value) : 0.0F; }

/// A column as numbers, of the chosen cells; nothing for texts.
std::optional<AddedChannel> channel_of(const Column& column, Index first, Index cells) {
  AddedChannel channel{column.name, std::vector<float>(at(cells))};
  const auto* labels = std::get_if<Categorical>(&column.values);
  const auto numbers = labels == nullptr ? as_numbers(column) : std::nullopt;
  if (labels == nullptr && !numbers) {
    return std::nullopt;
  }
  const std::vector<double> values = numbers.value_or(std::vector<double>{});
  for (Index i = 0; i < cells; ++i) {
    channel.values[at(i)] = labels != nullptr ? static_cast<float>(labels->codes[at(first + i)] + 1)
                                              : finite(values[at(first + i)]);
  }
  return channel;
}

/// "1=T1, 2=T2"
std::string numbering(const Categorical& labels) {
  std::vector<std::string> parts;
  for (std::size_t c = 0; c < labels.categories.size(); ++c) {
    parts.push_back(std::to_string(c + 1) + "=" + labels.categories[c]);
  }
  return join(parts, ", ");
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

/// Whether the columns of an array are channels: states, those of every arm too, and coordinates by
/// a method.
bool makes_channels(const std::string& name) {
  const std::string whole = name.substr(0, name.find_last_not_of("0123456789") + 1);
  return name.starts_with("X_") && (name.ends_with("_state") || whole.ends_with("_state_arm") ||
                                    name == "X_umap" || name == "X_pca");
}

void add_arrays(const Additions& additions, Index first, Index cells,
                std::vector<AddedChannel>& channels) {
  for (const auto& [name, array] : additions.arrays) {
    if (!makes_channels(name)) {
      continue;
    }
    for (Index c = 0; c < array.columns; ++c) {
      AddedChannel channel{name.substr(2) + "_" + std::to_string(c + 1), {}};
      for (Index i = 0; i < cells; ++i) {
        channel.values.push_back(finite(static_cast<double>(array(first + i, c))));
      }
      channels.push_back(std::move(channel));
    }
  }
}

template <class Values>
Values part_of(const Values& values, Index first, Index cells) {
  return Values(values.begin() + first, values.begin() + first + cells);
}

/// The results of some of the cells, one after the other.
Additions part_of_additions(const Additions& additions, Index first, Index cells) {
  Additions part;
  for (const Column& column : additions.cells) {
    part.cells.push_back(
        {column.name, std::visit(
                          [&](const auto& values) -> ColumnValues {
                            if constexpr (std::is_same_v<decltype(values), const Categorical&>) {
                              Categorical labels = values;
                              labels.codes = part_of(values.codes, first, cells);
                              return labels;
                            } else {
                              return part_of(values, first, cells);
                            }
                          },
                          column.values)});
  }
  for (const auto& [name, array] : additions.arrays) {
    DenseMatrix rows(cells, array.columns);
    rows.values = part_of(array.values, first * array.columns, cells * array.columns);
    part.arrays[name] = std::move(rows);
  }
  return part;
}

void require_other_folder(const std::string& folder, const std::string& data) {
  std::error_code ignored;
  if (fs::equivalent(folder, data, ignored)) {
    throw UsageError({.what = "the results would replace the data",
                      .where = folder,
                      .expected = "another folder for --out"});
  }
}

/// Names of the files to be written, in the order of the data's; all different.
std::vector<std::string> result_names(const Dataset& dataset) {
  std::map<std::string, std::string> sources;
  std::vector<std::string> names;
  for (const SourceFile& file : dataset.source.files) {
    const std::string source = fs::path(file.path).filename().string();
    names.push_back(dataset.source.format == "fcs" ? source : sample_name(file.path) + ".csv");
    const auto [other, is_new] = sources.emplace(names.back(), source);
    if (!is_new) {
      throw UsageError({.what = "the results of two files would have the same name",
                        .where = dataset.source.path,
                        .found = other->second + " and " + source + ", both to " + names.back(),
                        .hint = "rename one of them, or write one .h5ad or .csv for all"});
    }
  }
  return names;
}

/// Names of the cells of a file as they stand in it, without the sample that joining put before.
std::vector<std::string> own_names(const Dataset& dataset, const SourceFile& file, Index first) {
  std::vector<std::string> names = part_of(dataset.cells.names, first, file.cells);
  const std::string sample = sample_name(file.path) + ":";
  for (std::string& name : names) {
    name.erase(0, name.starts_with(sample) ? sample.size() : 0);
  }
  return names;
}

}  // namespace

void write_fcs_results(const std::string& source, const Additions& additions, Index first,
                       Index cells, const std::string& path) {
  std::vector<AddedChannel> channels;
  std::vector<fcs::Keyword> remarks;
  for (const Column& column : additions.cells) {
    if (auto channel = channel_of(column, first, cells)) {
      channels.push_back(*std::move(channel));
    }
    if (const auto* labels = std::get_if<Categorical>(&column.values)) {
      remarks.push_back({upper(column.name), numbering(*labels)});
    }
  }
  add_arrays(additions, first, cells, channels);
  write_fcs(source, channels, remarks, path, additions.record);
}

std::vector<std::string> folder_result_files(const std::string& folder, const Dataset& dataset) {
  require_other_folder(folder, dataset.source.path);
  std::vector<std::string> files = result_names(dataset);
  for (std::string& file : files) {
    file = (fs::path(folder) / file).string();
  }
  return files;
}

void write_folder_results(const std::string& folder, const Dataset& dataset,
                          const Additions& additions) {
  const std::vector<std::string> paths = folder_result_files(folder, dataset);
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) {
    throw SystemError(
        {.what = "the folder cannot be made", .where = folder, .found = failure.message()});
  }
  Index first = 0;
  for (std::size_t f = 0; f < paths.size(); ++f) {
    const SourceFile& file = dataset.source.files[f];
    const std::string& path = paths[f];
    if (dataset.source.format == "fcs") {
      write_fcs_results(file.path, additions, first, file.cells, path);
    } else {
      write_atomically(path, cells_csv(own_names(dataset, file, first),
                                       part_of_additions(additions, first, file.cells)));
    }
    first += file.cells;
  }
}

}  // namespace mixvae::app
