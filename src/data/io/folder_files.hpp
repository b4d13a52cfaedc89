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

/// Whether a file begins as FCS 2 or 3 does.
bool is_fcs_file(const std::string& path);

/// The FCS files where there are any, else the tables. Throws InputError where there are none.
FolderFiles choose_folder_files(const std::string& folder);

}  // namespace mixvae
