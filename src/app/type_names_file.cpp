#include "app/type_names_file.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

#include <toml++/toml.h>

#include "app/config_file.hpp"
#include "app/run_directory.hpp"
#include "base/atomic_file.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/csv_writer.hpp"
#include "data/io/delimited.hpp"

namespace mixvae::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFormatKey = "format";

std::string file_of(const std::string& run) { return (fs::path(run) / kTypeNamesName).string(); }

[[noreturn]] void refuse_names_file(const std::string& path, const std::string& found) {
  throw InputError({.what = "the names of the run's types cannot be read",
                    .where = path,
                    .found = found,
                    .hint = "mixvae rename RUN --clear takes all names and merges away"});
}

/// A text of a table; empty where there is none. Throws InputError for anything else.
std::string text_in(const toml::table& table, const char* key, const std::string& path) {
  const toml::node* node = table.get(key);
  if (node == nullptr) {
    return {};
  }
  if (!node->is_string()) {
    refuse_names_file(path, std::string(key) + " is no text");
  }
  return node->as_string()->get();
}

std::vector<std::string> texts_in(const toml::table& table, const char* key,
                                  const std::string& path) {
  const toml::array* list = table[key].as_array();
  if (list == nullptr || list->empty() || !list->is_homogeneous<std::string>()) {
    refuse_names_file(path, std::string(key) + " is no list of texts");
  }
  std::vector<std::string> texts;
  for (const toml::node& node : *list) {
    texts.push_back(node.as_string()->get());
  }
  return texts;
}

/// Calls visit for each table of a list of tables, which need not be there.
template <class Visit>
void for_each_table(const toml::table& file, const char* key, const std::string& path,
                    Visit visit) {
  const toml::node* node = file.get(key);
  if (node == nullptr) {
    return;
  }
  if (!node->is_array_of_tables()) {
    refuse_names_file(path, std::string(key) + " is no list of tables");
  }
  for (const toml::node& table : *node->as_array()) {
    visit(*table.as_table());
  }
}

toml::table parse_names_file(const std::string& path) {
  try {
    return toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    refuse_names_file(path, "line " + std::to_string(error.source().begin.line) + ": " +
                                std::string(error.description()));
  }
}

void require_version(const toml::table& file, const std::string& path) {
  const auto version = file[kFormatKey].value<std::int64_t>();
  if (!version || *version < 1) {
    refuse_names_file(path, "no 'format' with the number of its layout");
  }
  if (*version > kTypeNamesVersion) {
    throw InputError({.what = "the names of the run's types were written by a later mixvae",
                      .where = path,
                      .found = "format " + std::to_string(*version),
                      .expected = "at most " + std::to_string(kTypeNamesVersion)});
  }
}

/// The field of a record that has this name in the header.
std::optional<std::size_t> column_of(const std::vector<std::string>& header,
                                     const std::string& name) {
  const auto found = std::ranges::find(header, name);
  return found == header.end() ? std::nullopt
                               : std::optional(static_cast<std::size_t>(found - header.begin()));
}

}  // namespace

analysis::TypeNames read_type_names(const std::string& run, const std::vector<std::string>& types) {
  const std::string path = file_of(run);
  analysis::TypeNames names;
  if (!fs::exists(path)) {
    return names;
  }
  const toml::table file = parse_names_file(path);
  require_version(file, path);
  for_each_table(file, "type", path, [&](const toml::table& table) {
    names.types.push_back({.type = text_in(table, "type", path),
                           .name = text_in(table, "name", path),
                           .note = text_in(table, "note", path)});
  });
  for_each_table(file, "merge", path, [&](const toml::table& table) {
    names.merges.push_back(
        {.types = texts_in(table, "types", path), .name = text_in(table, "name", path)});
  });
  try {
    analysis::require_types_of_run(names, types);
  } catch (const UsageError& error) {
    refuse_names_file(
        path, error.fault().what + (error.fault().found.empty() ? "" : ": " + error.fault().found));
  }
  return names;
}

std::string type_names_toml(const analysis::TypeNames& names) {
  std::string text =
      "# Names of the types of this run; mixvae rename and mixvae merge write them.\n" +
      std::string(kFormatKey) + " = " + std::to_string(kTypeNamesVersion) + "\n";
  for (const analysis::NamedType& named : names.types) {
    text += "\n[[type]]\ntype = " + toml_quoted(named.type) +
            "\nname = " + toml_quoted(named.name) + "\n" +
            (named.note.empty() ? "" : "note = " + toml_quoted(named.note) + "\n");
  }
  for (const analysis::TypeMerge& merge : names.merges) {
    std::vector<std::string> types;
    for (const std::string& type : merge.types) {
      types.push_back(toml_quoted(type));
    }
    text += "\n[[merge]]\ntypes = [" + join(types, ", ") + "]\n" +
            (merge.name.empty() ? "" : "name = " + toml_quoted(merge.name) + "\n");
  }
  return text;
}

void write_type_names(const std::string& run, const analysis::TypeNames& names) {
  const std::string path = file_of(run);
  if (!names.empty()) {
    write_atomically(path, type_names_toml(names));
    return;
  }
  std::error_code failure;
  fs::remove(path, failure);
  if (failure) {
    throw SystemError(
        {.what = "the file cannot be removed", .where = path, .found = failure.message()});
  }
}

NamesTable read_names_table(const std::string& path) {
  DelimitedReader reader(path);
  std::vector<std::string> header;
  if (reader.next()) {
    for (const std::string_view field : reader.fields()) {
      header.emplace_back(lower(trimmed(field)));
    }
  }
  const auto type = column_of(header, "type");
  const auto name = column_of(header, "name");
  const auto note = column_of(header, "note");
  if (!type || !name) {
    throw InputError({.what = "a table of names needs the columns type and name",
                      .where = path,
                      .found = header.empty() ? "an empty file" : "columns: " + join(header, ", "),
                      .expected = "a first line such as type,name or type,name,note"});
  }
  NamesTable table;
  while (reader.next()) {
    const auto& fields = reader.fields();
    if (fields.size() != header.size()) {
      throw InputError({.what = "a row has another number of fields than the header",
                        .where = reader.where(),
                        .found = std::to_string(fields.size()),
                        .expected = std::to_string(header.size()),
                        .hint = "a name that holds a comma stands in double quotes"});
    }
    table.rows.push_back({.type = std::string(trimmed(fields[*type])),
                          .name = std::string(trimmed(fields[*name])),
                          .note = note ? std::string(trimmed(fields[*note])) : ""});
    table.places.push_back(reader.where());
  }
  if (table.rows.empty()) {
    throw InputError({.what = "the table names no type",
                      .where = path,
                      .expected = "rows such as T3,CD4 T cells"});
  }
  return table;
}

std::string names_table_csv(const std::vector<analysis::NamedType>& names) {
  std::string text = "type,name,note\n";
  for (const analysis::NamedType& named : names) {
    text +=
        csv_field(named.type) + "," + csv_field(named.name) + "," + csv_field(named.note) + "\n";
  }
  return text;
}

}  // namespace mixvae::app
