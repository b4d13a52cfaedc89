#include "data/io/mtx.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <unordered_set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/delimited.hpp"
#include "data/io/matrix_market.hpp"

namespace mixvae {
namespace {

namespace fs = std::filesystem;

bool is_mtx_name(std::string_view name) {
  return name.ends_with(".mtx") || name.ends_with(".mtx.gz");
}

std::vector<std::string> mtx_names(const std::string& folder) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (is_mtx_name(name)) {
      names.push_back(name);
    }
  }
  std::ranges::sort(names, natural_less);
  return names;
}

std::string matrix_file(const std::string& path) {
  if (!fs::is_directory(path)) {
    return path;
  }
  const std::vector<std::string> names = mtx_names(path);
  if (names.empty()) {
    throw InputError({.what = "the folder holds no Matrix Market file",
                      .where = path,
                      .expected = "one file named *.mtx or *.mtx.gz"});
  }
  if (names.size() > 1) {
    throw InputError({.what = "the folder holds several Matrix Market files",
                      .where = path,
                      .found = join(first_n(names, 6), ", "),
                      .hint = "give the path of one of them"});
  }
  return (fs::path(path) / names.front()).string();
}

/// What stands before "matrix.mtx" in the file's name, with its folder.
std::string prefix_of(const std::string& matrix_path) {
  const std::string name = fs::path(matrix_path).filename().string();
  const std::size_t end = name.find("matrix.mtx");
  const std::string prefix = end == std::string::npos ? "" : name.substr(0, end);
  return (fs::path(matrix_path).parent_path() / prefix).string();
}

std::optional<std::string> name_file(const std::string& prefix,
                                     std::initializer_list<std::string_view> stems) {
  for (const std::string_view stem : stems) {
    for (const std::string_view ending :
         {".tsv", ".tsv.gz", ".txt", ".txt.gz", ".csv", ".csv.gz"}) {
      std::string candidate = prefix;
      candidate.append(stem).append(ending);
      if (fs::exists(candidate)) {
        return candidate;
      }
    }
  }
  return std::nullopt;
}

using Lines = std::vector<std::vector<std::string>>;

Lines read_names(const std::optional<std::string>& path) {
  Lines lines;
  if (!path) {
    return lines;
  }
  const bool commas = path->find(".csv", path->rfind('/') + 1) != std::string::npos;
  DelimitedReader reader(*path, commas ? ',' : '\t');
  while (reader.next()) {
    auto& line = lines.emplace_back();
    for (const std::string_view field : reader.fields()) {
      line.emplace_back(trimmed(field));
    }
  }
  if (lines.empty()) {
    throw InputError({.what = "the file of names is empty", .where = *path});
  }
  return lines;
}

/// The files of one data set and what they name.
struct Parts {
  std::string matrix_path;
  std::optional<std::string> cell_path;
  std::optional<std::string> feature_path;
  Lines cells;
  Lines features;
};

Parts find_parts(const std::string& path) {
  Parts parts;
  parts.matrix_path = matrix_file(path);
  const std::string prefix = prefix_of(parts.matrix_path);
  parts.cell_path = name_file(prefix, {"barcodes", "cells"});
  parts.feature_path = name_file(prefix, {"features", "genes"});
  parts.cells = read_names(parts.cell_path);
  parts.features = read_names(parts.feature_path);
  return parts;
}

/// A file of names fits with one line per row, or with one more, a header.
bool fits_count(const Lines& lines, Index count) {
  const auto size = static_cast<Index>(lines.size());
  return lines.empty() || size == count || size == count + 1;
}

bool equal_or_absent(const Lines& lines, Index count) {
  return lines.empty() || static_cast<Index>(lines.size()) == count;
}

bool names_ask_for_transpose(const Parts& parts, const CsrMatrix& x) {
  const bool as_is = fits_count(parts.cells, x.rows) && fits_count(parts.features, x.columns);
  return !as_is && equal_or_absent(parts.cells, x.columns) &&
         equal_or_absent(parts.features, x.rows);
}

void require_fit(const Lines& lines, const std::optional<std::string>& path, Index count,
                 std::string_view what, const Parts& parts) {
  if (!fits_count(lines, count)) {
    throw InputError({.what = "the number of " + std::string(what) +
                              " names differs from the size of the matrix",
                      .where = *path + " and " + parts.matrix_path,
                      .found = with_commas(static_cast<Index>(lines.size())) + " names, " +
                               with_commas(count) + " in the matrix",
                      .hint = "do the files belong together, and is each of them complete?"});
  }
}

/// The texts of one column of the file of names, for `count` rows; lines that are too short give
/// empty texts.
std::vector<std::string> column_of(const Lines& lines, std::size_t column, Index count) {
  const std::size_t skipped = lines.size() - static_cast<std::size_t>(count);
  std::vector<std::string> texts;
  for (std::size_t i = skipped; i < lines.size(); ++i) {
    texts.push_back(column < lines[i].size() ? lines[i][column] : "");
  }
  return texts;
}

Table cell_table(const Parts& parts, Index count, Source& source) {
  Table table;
  source.cells_unnamed = parts.cells.empty();
  table.names =
      source.cells_unnamed ? numbered_names("C", count) : column_of(parts.cells, 0, count);
  return table;
}

Table feature_table(const Parts& parts, Index count, Source& source) {
  Table table;
  source.features_unnamed = parts.features.empty();
  if (source.features_unnamed) {
    table.names = numbered_names("F", count);
    return table;
  }
  const std::size_t columns = parts.features.back().size();
  table.names = column_of(parts.features, columns > 1 ? 1 : 0, count);
  if (columns > 1) {
    table.set({"gene_ids", column_of(parts.features, 0, count)});
  }
  if (columns > 2) {
    table.set({"feature_types", labels_with_missing(column_of(parts.features, 2, count))});
  }
  return table;
}

void note_what_was_assumed(const Parts& parts, Dataset& dataset, bool transposed) {
  std::vector<std::string>& notes = dataset.source.notes;
  if (parts.cells.empty() || parts.features.empty()) {
    notes.emplace_back("The rows of the matrix file were taken as the " +
                       std::string(transposed ? "cells" : "features") +
                       "; there are no names for " +
                       (parts.cells.empty() ? (parts.features.empty() ? "either side" : "the cells")
                                            : "the features") +
                       " beside it.");
  } else if (transposed) {
    notes.emplace_back("The matrix file holds cells in its rows, as the numbers of names show.");
  }
  const auto& names = dataset.features.names;
  const std::unordered_set<std::string_view> distinct(names.begin(), names.end());
  if (distinct.size() < names.size()) {
    notes.push_back(with_commas(static_cast<Index>(names.size() - distinct.size())) + " of " +
                    with_commas(static_cast<Index>(names.size())) + " feature names are repeated.");
  }
}

}  // namespace

bool holds_mtx(const std::string& folder) { return !mtx_names(folder).empty(); }

Dataset read_mtx(const std::string& path, std::string_view orientation) {
  const Parts parts = find_parts(path);
  CsrMatrix x = read_matrix_market_transposed(parts.matrix_path);
  const bool transposed = orientation == "cells-in-rows" ||
                          (orientation == "auto" && names_ask_for_transpose(parts, x));
  if (transposed) {
    x = transpose(x);
  }
  require_fit(parts.cells, parts.cell_path, x.rows, "cell", parts);
  require_fit(parts.features, parts.feature_path, x.columns, "feature", parts);
  Dataset dataset;
  dataset.source.path = path;
  dataset.source.format = "mtx";
  dataset.cells = cell_table(parts, x.rows, dataset.source);
  dataset.features = feature_table(parts, x.columns, dataset.source);
  dataset.x = std::move(x);
  note_what_was_assumed(parts, dataset, transposed);
  return dataset;
}

}  // namespace mixvae
