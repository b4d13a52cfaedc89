#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mixvae {

/// The files of a folder that are read, in natural order, and the names of those that are empty.
struct FolderFiles {
  std::vector<std::filesystem::path> files;
  std::vector<std::string> empty;
};

/// True for a file that begins like FCS.
bool is_fcs_file(const std::filesystem::path& file);

/// True for a file called like a table of values (.csv, .tsv, packed or not), and not like lists of
/// names or summaries that pipelines write beside a matrix.
bool is_table_file(const std::filesystem::path& file);

/// The FCS files where there are any, else the tables. Throws InputError where there are none.
FolderFiles choose_folder_files(const std::string& folder);

}  // namespace mixvae
