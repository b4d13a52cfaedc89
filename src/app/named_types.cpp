#include "app/named_types.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "app/output.hpp"
#include "app/run_directory.hpp"
#include "base/text.hpp"
#include "fit/trained_model.hpp"
#include "report/table_printer.hpp"

namespace mixvae::app {
namespace {

/// What was given to a type; empty fields where nothing was.
analysis::NamedType given_to(const analysis::TypeNames& names, const std::string& type) {
  const auto found = std::ranges::find(names.types, type, &analysis::NamedType::type);
  return found == names.types.end() ? analysis::NamedType{type, "", ""} : *found;
}

std::string names_json(const analysis::TypeNames& names, const std::vector<std::string>& types,
                       const std::vector<std::string>& labels) {
  using nlohmann::json;
  json listed = json::array();
  for (std::size_t t = 0; t < types.size(); ++t) {
    const analysis::NamedType given = given_to(names, types[t]);
    listed.push_back(
        {{"type", types[t]}, {"label", labels[t]}, {"name", given.name}, {"note", given.note}});
  }
  json merges = json::array();
  for (const analysis::TypeMerge& merge : names.merges) {
    merges.push_back({{"types", merge.types}, {"name", merge.name}});
  }
  return json{{"types", listed}, {"merges", merges}}.dump(2, ' ', false,
                                                          json::error_handler_t::replace) +
         "\n";
}

}  // namespace

std::vector<std::string> types_of_run(const std::string& run) {
  return fit::load_model(run + "/" + kModelName).type_names();
}

void print_names(const analysis::TypeNames& names, const std::vector<std::string>& types,
                 const GlobalOptions& global) {
  const std::vector<std::string> labels = analysis::type_labels(names, types);
  if (global.json) {
    print(names_json(names, types, labels));
    return;
  }
  report::TablePrinter table({"type", "name", "note"});
  for (std::size_t t = 0; t < types.size(); ++t) {
    table.add({types[t], labels[t] == types[t] ? "-" : labels[t], given_to(names, types[t]).note});
  }
  std::string text = table.text();
  for (const analysis::TypeMerge& merge : names.merges) {
    text += "merged: " + join(merge.types, ", ") + "\n";
  }
  print(text);
}

}  // namespace mixvae::app
