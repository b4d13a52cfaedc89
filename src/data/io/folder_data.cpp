#include "data/io/folder_data.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/file_bytes.hpp"
#include "data/io/file_kind.hpp"
#include "data/io/folder.hpp"
#include "data/io/folder_files.hpp"
#include "data/io/foreign_files.hpp"
#include "data/io/mtx.hpp"

namespace mixvae {
namespace {

namespace fs = std::filesystem;

constexpr int kDeepestFolder = 4;

constexpr std::array<std::string_view, 19> kCellTableWords = {
    "cells",     "cell",         "metadata",  "meta",      "meta_data", "annotation", "annotations",
    "obs",       "labels",       "clusters",  "cluster",   "coldata",   "celltypes",  "cell_types",
    "cell_type", "sample_sheet", "phenotype", "phenodata", "idents"};
constexpr std::array<std::string_view, 7> kGeneTableWords = {
    "var", "rowdata", "gene_metadata", "gene", "gene_info", "peaks", "feature_metadata"};

std::string quoted_name(const fs::path& path) { return "'" + path.filename().string() + "'"; }

[[noreturn]] void refuse_several(const std::string& folder, const std::vector<fs::path>& found) {
  std::vector<std::string> names;
  for (const fs::path& path : found) {
    names.push_back(fs::relative(path, folder).string());
  }
  std::ranges::sort(names, natural_less);
  throw InputError({.what = "the folder holds several data sets",
                    .where = folder,
                    .found = join(first_n(names, 8), ", ") + (names.size() > 8 ? ", ..." : ""),
                    .hint = "give the path of one of them"});
}

bool contains_text(const fs::path& path, const std::string& base, std::string_view part) {
  return fs::relative(path, base).string().find(part) != std::string::npos;
}

bool is_tenx_matrix_file(const std::string& name) {
  return name.ends_with(".h5") && (name.find("_bc_matri") != std::string::npos ||
                                   name.find("_bc_matrices") != std::string::npos);
}

void collect_matrices(const fs::path& folder, int depth, std::vector<fs::path>& found) {
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with('.')) {
      continue;
    }
    if (entry.is_directory(ignored)) {
      if (holds_mtx(entry.path().string())) {
        found.push_back(entry.path());
      } else if (depth < kDeepestFolder) {
        collect_matrices(entry.path(), depth + 1, found);
      }
    } else if (is_tenx_matrix_file(name)) {
      found.push_back(entry.path());
    }
  }
}

/// Leaves those for which the test holds, if there are any.
template <class Test>
void prefer(std::vector<fs::path>& found, Test test) {
  if (std::ranges::any_of(found, test)) {
    std::erase_if(found, [&](const fs::path& path) { return !test(path); });
  }
}

/// Cell Ranger's folders or files of matrices stand in the folder.
bool holds_pipeline_output(const std::string& folder) {
  const fs::directory_iterator entries(folder);
  return std::any_of(begin(entries), end(entries), [](const fs::directory_entry& entry) {
    return entry.path().filename().string().find("_bc_matri") != std::string::npos;
  });
}

/// The matrix that a pipeline left inside the folder.
std::optional<FolderData> find_inside(const std::string& folder) {
  std::vector<fs::path> found;
  collect_matrices(folder, 1, found);
  const auto has = [&](std::string_view part) {
    return [&folder, part](const fs::path& path) { return contains_text(path, folder, part); };
  };
  const bool filtered = std::ranges::any_of(found, has("filtered"));
  prefer(found, has("filtered"));
  prefer(found, [&](const fs::path& path) { return !contains_text(path, folder, "raw"); });
  if (std::ranges::any_of(found, has("GeneFull"))) {
    prefer(found, has("Gene/"));
  }
  prefer(found, [](const fs::path& path) { return fs::is_directory(path); });
  if (found.empty()) {
    return std::nullopt;
  }
  if (found.size() > 1) {
    refuse_several(folder, found);
  }
  const fs::path& chosen = found.front();
  return FolderData{
      .kind = fs::is_directory(chosen) ? FolderData::Kind::matrix_market : FolderData::Kind::file,
      .path = chosen.string(),
      .notes = {std::string("The ") + (filtered ? "filtered " : "") +
                "matrix inside the folder was read: " + fs::relative(chosen, folder).string() +
                "."}};
}

/// Regular files that are not hidden, in natural order.
std::vector<fs::path> visible_files(const std::string& folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file() && !entry.path().filename().string().starts_with('.')) {
      files.push_back(entry.path());
    }
  }
  std::ranges::sort(files, [](const fs::path& a, const fs::path& b) {
    return natural_less(a.filename().string(), b.filename().string());
  });
  return files;
}

bool is_one_data_set(const fs::path& file) {
  switch (file_kind(file.string())) {
    case FileKind::hdf5:
    case FileKind::npy:
    case FileKind::idx_images:
      return true;
    case FileKind::zip:
      return lower(file.extension().string()) == ".npz";
    default:
      return false;
  }
}

/// The name is one of the words, or ends with one after a sign.
template <class Words>
bool is_called(const fs::path& file, const Words& words) {
  const std::string name = lower(sample_name(file.string()));
  return std::ranges::any_of(words, [&](std::string_view word) {
    if (!name.ends_with(word)) {
      return false;
    }
    const std::size_t before = name.size() - word.size();
    return before == 0 || name[before - 1] == '_' || name[before - 1] == '.' ||
           name[before - 1] == '-';
  });
}

/// The matrix among the tables and its annotations; nothing when more than one may be a matrix.
std::optional<FolderData> find_among_tables(const std::vector<fs::path>& tables) {
  std::vector<fs::path> matrices;
  std::vector<fs::path> of_cells;
  FolderData found{.kind = FolderData::Kind::file};
  for (const fs::path& table : tables) {
    if (is_called(table, kCellTableWords)) {
      of_cells.push_back(table);
    } else if (is_called(table, kGeneTableWords)) {
      found.notes.push_back(quoted_name(table) +
                            " was left out: its name is that of a table of genes.");
    } else {
      matrices.push_back(table);
    }
  }
  if (tables.size() == 1) {
    found.path = tables.front().string();
    found.notes.clear();
    return found;
  }
  if (matrices.size() != 1) {
    return std::nullopt;
  }
  found.path = matrices.front().string();
  if (of_cells.size() == 1) {
    found.annotations = of_cells.front().string();
    found.notes.push_back(quoted_name(matrices.front()) + " was taken as the matrix, " +
                          quoted_name(of_cells.front()) + " as annotations of its cells.");
  } else {
    for (const fs::path& table : of_cells) {
      found.notes.push_back(quoted_name(table) + " was left out; --annotations reads one table.");
    }
  }
  return found;
}

}  // namespace

FolderData find_data(const std::string& folder) {
  require_no_foreign_folder(folder);
  if (holds_mtx(folder)) {
    return {.kind = FolderData::Kind::matrix_market, .path = folder};
  }
  const std::vector<fs::path> files = visible_files(folder);
  if (std::ranges::any_of(files, is_fcs_file)) {
    return {.kind = FolderData::Kind::several, .path = folder};
  }
  std::vector<fs::path> data;
  std::ranges::copy_if(files, std::back_inserter(data), is_one_data_set);
  std::vector<fs::path> tables;
  std::ranges::copy_if(files, std::back_inserter(tables), is_table_file);
  if (holds_pipeline_output(folder) || (data.empty() && tables.empty())) {
    if (auto inside = find_inside(folder)) {
      return *inside;
    }
  }
  if (data.size() > 1) {
    refuse_several(folder, data);
  }
  if (data.size() == 1) {
    FolderData found{.kind = FolderData::Kind::file, .path = data.front().string()};
    found.notes.push_back(quoted_name(data.front()) + " in the folder was read" +
                          (tables.empty() ? "." : "; tables beside it were not."));
    return found;
  }
  if (auto table = find_among_tables(tables)) {
    return *table;
  }
  return {.kind = FolderData::Kind::several, .path = folder};
}

}  // namespace mixvae
