#pragma once

#include <string>
#include <vector>

namespace mixvae::app {

/// Words for the marker tables that come with the program ("blood", "brain"); empty where its
/// folder for them is missing.
std::vector<std::string> shipped_marker_tables();

/// The file that --markers names: a file, or a word for a table that comes with the program. Throws
/// InputError when it is neither.
std::string marker_file(const std::string& file_or_word);

}  // namespace mixvae::app
