#include "data/io/folder_files.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/delimited.hpp"
#include "data/io/file_bytes.hpp"
#include "data/io/text_values.hpp"

namespace mixvae {
namespace {

namespace fs = std::filesystem;

/// Regular files of the folder, in natural order of their names.
std::vector<fs::path> files_in(const std::string& folder) {
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

bool is_named_like_fcs(const fs::path& file) { return lower(file.extension().string()) == ".fcs"; }

/// Nothing at all, or a table with a header and no rows.
bool is_empty_table(const fs::path& file) {
  DelimitedReader reader(file.string());
  if (!reader.next()) {
    return true;
  }
  const bool header = std::ranges::none_of(
      reader.fields(), [](std::string_view field) { return number_of(field).has_value(); });
  return header && !reader.next();
}

}  // namespace

bool is_fcs_file(const fs::path& file) {
  const std::string begin = first_bytes(file.string(), 4);
  return begin == "FCS2" || begin == "FCS3";
}

bool is_table_file(const fs::path& file) {
  const fs::path name = file.extension() == ".gz" ? file.stem() : file.filename();
  const std::string extension = lower(name.extension().string());
  const std::string bare = lower(name.stem().string());
  const auto lists_names = [&](const char* kind) { return bare.ends_with(kind); };
  return (extension == ".csv" || extension == ".tsv") && !lists_names("barcodes") &&
         !lists_names("features") && !lists_names("genes") && !lists_names("metrics_summary");
}

FolderFiles choose_folder_files(const std::string& folder) {
  const std::vector<fs::path> all = files_in(folder);
  FolderFiles chosen;
  for (const fs::path& file : all) {
    if (fs::file_size(file) == 0 && is_named_like_fcs(file)) {
      chosen.empty.push_back(file.filename().string());
    } else if (is_fcs_file(file)) {
      chosen.files.push_back(file);
    }
  }
  if (!chosen.files.empty()) {
    return chosen;
  }
  for (const fs::path& file : all) {
    if (is_table_file(file) && (fs::file_size(file) == 0 || is_empty_table(file))) {
      chosen.empty.push_back(file.filename().string());
    } else if (is_table_file(file)) {
      chosen.files.push_back(file);
    }
  }
  if (chosen.files.empty()) {
    throw InputError({.what = "the folder holds no data that can be read",
                      .where = folder,
                      .found = std::to_string(all.size()) + " files" +
                               (chosen.empty.empty() ? ""
                                                     : ", " + std::to_string(chosen.empty.size()) +
                                                           " of them empty"),
                      .expected = "FCS files, CSV or TSV files, or a Matrix Market file"});
  }
  return chosen;
}

}  // namespace mixvae
