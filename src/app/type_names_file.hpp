#pragma once

#include <string>
#include <vector>

#include "analysis/type_names.hpp"

namespace mixvae::app {

/// The version of the file's layout; a reader refuses higher ones.
inline constexpr int kTypeNamesVersion = 1;

/// The names and merges that a run keeps (type_names.toml); none where it has no such file. Throws
/// InputError for a file that cannot be read, of a later version, or that does not suit the types.
analysis::TypeNames read_type_names(const std::string& run, const std::vector<std::string>& types);

/// Keeps them with the run, whose folder the caller has locked; removes the file where there are
/// none. Throws SystemError.
void write_type_names(const std::string& run, const analysis::TypeNames& names);

/// The content of such a file.
std::string type_names_toml(const analysis::TypeNames& names);

/// A table of names: columns type and name, maybe note; others are passed over. `places`: the file
/// and line of each row.
struct NamesTable {
  std::vector<analysis::NamedType> rows;
  std::vector<std::string> places;
};

/// Throws InputError for a table without these columns or rows, and for a row of another length.
NamesTable read_names_table(const std::string& path);

/// A name for each type as a table that read_names_table reads.
std::string names_table_csv(const std::vector<analysis::NamedType>& names);

}  // namespace mixvae::app
