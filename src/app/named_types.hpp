#pragma once

#include <string>
#include <vector>

#include "analysis/type_names.hpp"
#include "app/command.hpp"

namespace mixvae::app {

/// "T1", "T2", ... of a finished run. Throws what load_model throws.
std::vector<std::string> types_of_run(const std::string& run);

/// Prints the types with their names and notes, as a table or as JSON: {"types": [{"type", "label",
/// "name", "note"}], "merges": [{"types", "name"}]}.
void print_names(const analysis::TypeNames& names, const std::vector<std::string>& types,
                 const GlobalOptions& global);

}  // namespace mixvae::app
