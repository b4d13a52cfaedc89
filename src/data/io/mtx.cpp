#include "data/io/mtx.hpp"

#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/matrix_market.hpp"
#include "data/io/mtx_names.hpp"
#include "data/io/orientation.hpp"

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
    for (const std::string_view plain : {"matrix.mtx", "matrix.mtx.gz", "cells_x_genes.mtx"}) {
      if (std::ranges::find(names, plain) != names.end()) {  // beside it: other ways of counting
        return (fs::path(path) / plain).string();
      }
    }
    throw InputError({.what = "the folder holds several Matrix Market files",
                      .where = path,
                      .found = join(first_n(names, 6), ", "),
                      .hint = "give the path of one of them"});
  }
  return (fs::path(path) / names.front()).string();
}

/// What names the cells and the features; null: nothing.
struct Parts {
  const NameFile* cells = nullptr;
  const NameFile* features = nullptr;
  const NameFile* symbols = nullptr;  // beside the features' ids, in a file of its own
  bool cells_in_rows = false;
  bool settled = false;  // by names or by --orientation
};

/// The first of the files for that side, those without a header before others. A line more than
/// there are cells or genes is a header where its words say so, or with genes in rows, the usual
/// way.
const NameFile* fitting(const std::vector<NameFile>& files, NamedSide side, Index count,
                        bool cells_in_rows) {
  for (const bool exact : {true, false}) {
    for (const NameFile& file : files) {
      const bool with_header =
          !exact && file.fits_with_header(count) && (!cells_in_rows || file.has_header_words());
      if (file.side == side && (exact ? file.fits_without_header(count) : with_header)) {
        return &file;
      }
    }
  }
  return nullptr;
}

const NameFile* first_of(const std::vector<NameFile>& files, NamedSide side) {
  const auto found = std::ranges::find(files, side, &NameFile::side);
  return found == files.end() ? nullptr : &*found;
}

/// The parts when the file holds cells in its rows, or in its columns.
Parts parts_of(const std::vector<NameFile>& files, bool cells_in_rows, Index rows, Index columns) {
  Parts parts;
  parts.cells_in_rows = cells_in_rows;
  parts.cells = fitting(files, NamedSide::cells, cells_in_rows ? rows : columns, cells_in_rows);
  parts.features = fitting(files, NamedSide::genes, cells_in_rows ? columns : rows, cells_in_rows);
  for (const NameFile& file : files) {
    const std::string name = lower(fs::path(file.path).filename().string());
    if (parts.features != nullptr && &file != parts.features && file.side == NamedSide::genes &&
        file.records.size() == parts.features->records.size() &&
        name.find("names") != std::string::npos) {
      parts.symbols = &file;
    }
  }
  return parts;
}

/// How well names fit an orientation: both sides, without headers, best.
int fit_score(const Parts& parts, const std::vector<NameFile>& files, Index rows, Index columns) {
  const auto score = [&](const NameFile* file, NamedSide side, Index count) {
    if (file == nullptr) {
      return first_of(files, side) == nullptr ? 0 : -10;  // there are names, but they do not fit
    }
    return file->fits_without_header(count) ? 2 : 1;
  };
  return score(parts.cells, NamedSide::cells, parts.cells_in_rows ? rows : columns) +
         score(parts.features, NamedSide::genes, parts.cells_in_rows ? columns : rows);
}

/// Some file for a side has neither as many lines as the matrix has rows nor as it has columns.
[[noreturn]] void refuse_name_files(const std::vector<NameFile>& files, const Parts& parts,
                                    const std::string& matrix_path, Index rows, Index columns) {
  const bool cells = parts.cells == nullptr && first_of(files, NamedSide::cells) != nullptr;
  const NameFile& file = *first_of(files, cells ? NamedSide::cells : NamedSide::genes);
  throw InputError({.what = "the number of " + std::string(cells ? "cell" : "feature") +
                            " names differs from the size of the matrix",
                    .where = file.path + " and " + matrix_path,
                    .found = with_commas(static_cast<Index>(file.records.size())) + " names, " +
                             with_commas(cells == parts.cells_in_rows ? rows : columns) +
                             " in the matrix (" + with_commas(rows) + " rows, " +
                             with_commas(columns) + " columns)",
                    .hint = "do the files belong together, and is each of them complete?"});
}

/// Files that name rows and columns as such become files of cells and genes.
void judge_rows_and_columns(std::vector<NameFile>& files, std::string_view orientation,
                            std::vector<std::string>& warnings) {
  const NameFile* rows = first_of(files, NamedSide::rows);
  const NameFile* columns = first_of(files, NamedSide::columns);
  if (rows == nullptr || columns == nullptr) {
    return;
  }
  const auto names = [](const NameFile& file) {
    std::vector<std::string> first;
    for (const auto& record : file.records) {
      first.push_back(record.front());
    }
    return first;
  };
  Orientation found = guess_orientation("", names(*rows), names(*columns));
  if (orientation != "auto") {
    found = {orientation == "cells-in-rows", "", false};
  }
  if (found.guessed) {
    warnings.push_back("The matrix was read with cells in its " +
                       std::string(found.cells_in_rows ? "rows" : "columns") + ": " + found.reason +
                       ". That is a guess: --orientation settles it.");
  }
  for (NameFile& file : files) {
    if (file.side == NamedSide::rows) {
      file.side = found.cells_in_rows ? NamedSide::cells : NamedSide::genes;
    } else if (file.side == NamedSide::columns) {
      file.side = found.cells_in_rows ? NamedSide::genes : NamedSide::cells;
    }
  }
}

/// kallisto|bustools says so in the name of its file.
bool named_cells_x_genes(const std::string& matrix_path) {
  return fs::path(matrix_path).filename().string().starts_with("cells_x_");
}

Parts choose_parts(const std::vector<NameFile>& files, const std::string& matrix_path, Index rows,
                   Index columns, std::string_view orientation) {
  const Parts in_rows = parts_of(files, true, rows, columns);
  const Parts in_columns = parts_of(files, false, rows, columns);
  const int rows_score = fit_score(in_rows, files, rows, columns);
  const int columns_score = fit_score(in_columns, files, rows, columns);
  Parts chosen = in_columns;
  if (orientation == "auto") {
    const bool by_name = rows_score == columns_score && named_cells_x_genes(matrix_path);
    chosen = rows_score > columns_score || by_name ? in_rows : in_columns;
    chosen.settled = rows_score != columns_score || by_name ||
                     (chosen.cells != nullptr && chosen.features != nullptr);
  } else {
    chosen = orientation == "cells-in-rows" ? in_rows : in_columns;
    chosen.settled = true;
  }
  if ((chosen.cells_in_rows ? rows_score : columns_score) < 0) {
    refuse_name_files(files, chosen, matrix_path, rows, columns);
  }
  if (!chosen.settled) {
    throw InputError(
        {.what = "it is not known whether the matrix holds cells in its rows or in its columns",
         .where = matrix_path,
         .found = with_commas(rows) + " rows and " + with_commas(columns) +
                  " columns without names beside it",
         .expected = "files such as barcodes.tsv and features.tsv beside it, a name per line",
         .hint = "say it: --orientation cells-in-columns (as 10x writes it) or cells-in-rows"});
  }
  return chosen;
}

Table features_of(const Parts& parts, Index count) {
  Table table = feature_table(*parts.features, count);
  if (parts.symbols != nullptr && table.find("gene_ids") == nullptr) {
    const Table symbols = feature_table(*parts.symbols, count);
    table.set({"gene_ids", table.names});
    for (std::size_t i = 0; i < symbols.names.size(); ++i) {
      if (!symbols.names[i].empty()) {
        table.names[i] = symbols.names[i];
      }
    }
  }
  return table;
}

void note_what_was_assumed(const Parts& parts, std::vector<std::string>& notes) {
  if (parts.cells == nullptr || parts.features == nullptr) {
    notes.emplace_back(
        "The rows of the matrix file were taken as the " +
        std::string(parts.cells_in_rows ? "cells" : "features") + "; there are no names for " +
        (parts.cells == nullptr ? (parts.features == nullptr ? "either side" : "the cells")
                                : "the features") +
        " beside it.");
  } else if (parts.cells_in_rows) {
    notes.emplace_back("The matrix file holds cells in its rows, as the numbers of names show.");
  }
}

}  // namespace

bool holds_mtx(const std::string& folder) { return !mtx_names(folder).empty(); }

Dataset read_mtx(const std::string& path, std::string_view orientation) {
  const std::string matrix_path = matrix_file(path);
  Dataset dataset;
  Source& source = dataset.source;
  std::vector<NameFile> files = name_files(matrix_path);
  judge_rows_and_columns(files, orientation, source.warnings);
  CsrMatrix x = read_matrix_market_transposed(matrix_path);  // [columns, rows] of the file
  const Parts parts = choose_parts(files, matrix_path, x.columns, x.rows, orientation);
  if (parts.cells_in_rows) {
    x = transpose(x);
  }
  source.path = path;
  source.format = "mtx";
  source.cells_unnamed = parts.cells == nullptr;
  source.features_unnamed = parts.features == nullptr;
  if (parts.cells != nullptr) {
    dataset.cells = cell_table(*parts.cells, x.rows);
  } else {
    dataset.cells.names = numbered_names("C", x.rows);
  }
  if (parts.features != nullptr) {
    dataset.features = features_of(parts, x.columns);
  } else {
    dataset.features.names = numbered_names("F", x.columns);
  }
  dataset.x = std::move(x);
  note_what_was_assumed(parts, source.notes);
  return dataset;
}

}  // namespace mixvae
