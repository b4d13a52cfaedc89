#pragma once

#include <string>
#include <vector>

namespace mixvae::app {

/// Words for the tables of a kind ("markers", "sets") that come with the program ("blood",
/// "brain"); empty where its folder for them is missing.
std::vector<std::string> shipped_tables(const std::string& kind);

/// Tells where the tables are, for a program that is not ours: the folder with a folder of each
/// kind. Without it they are looked for from the folder of the program.
void set_tables_folder(const std::string& folder);

/// The file that the option of that kind (--markers, --sets) names: a file, or a word for a table
/// that comes with the program. Throws InputError when it is neither.
std::string table_file(const std::string& kind, const std::string& file_or_word);

}  // namespace mixvae::app
