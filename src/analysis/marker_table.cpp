#include "analysis/marker_table.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/delimited.hpp"

namespace mixvae::analysis {
namespace {

using Columns = std::vector<std::string>;

std::optional<std::size_t> one_of(const Columns& header, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const auto found = std::ranges::find(header, name);
    if (found != header.end()) {
      return static_cast<std::size_t>(found - header.begin());
    }
  }
  return std::nullopt;
}

/// Where the columns of a table stand: either up or gene is there.
struct TableColumns {
  std::size_t type = 0;
  std::optional<std::size_t> up;
  std::optional<std::size_t> down;
  std::optional<std::size_t> gene;
  std::optional<std::size_t> direction;
};

TableColumns columns_of(const Columns& header, const std::string& path) {
  const auto type = one_of(header, {"type", "cell_type", "cell type", "celltype", "set"});
  TableColumns columns{.type = type.value_or(0),
                       .up = one_of(header, {"up", "genes", "markers"}),
                       .down = one_of(header, {"down"}),
                       .gene = one_of(header, {"gene", "marker", "feature"}),
                       .direction = one_of(header, {"direction", "level"})};
  if (!type || columns.up.has_value() == columns.gene.has_value()) {
    throw InputError({.what = "a table of markers needs the columns type and up, or type and gene",
                      .where = path,
                      .found = header.empty() ? "an empty file" : "columns: " + join(header, ", "),
                      .expected = "a first line such as type,up,down, or type,gene,direction"});
  }
  return columns;
}

std::vector<MarkerNames> markers_in(std::string_view text) {
  const std::string_view separators =
      text.find(';') == std::string_view::npos ? std::string_view(" \t\n") : ";";
  std::vector<MarkerNames> markers;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(separators), text.size());
    MarkerNames names;
    std::string_view word = trimmed(text.substr(0, end));
    while (!word.empty()) {
      const std::size_t sign = std::min(word.find('/'), word.size());
      if (const std::string_view name = trimmed(word.substr(0, sign)); !name.empty()) {
        names.emplace_back(name);
      }
      word.remove_prefix(std::min(sign + 1, word.size()));
    }
    if (!names.empty()) {
      markers.push_back(std::move(names));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return markers;
}

void require_distinct(const MarkedType& type, const std::string& where) {
  std::set<std::string> listed;
  for (const auto* markers : {&type.up, &type.down}) {
    for (const MarkerNames& marker : *markers) {
      if (!listed.insert(marker.front()).second) {
        throw InputError({.what = "a marker is listed twice for one cell type",
                          .where = where,
                          .found = type.name + ": " + marker.front()});
      }
    }
  }
}

/// Whether a marker of a long table is high in its type.
bool is_up(std::string_view word, const std::string& where) {
  const std::string direction = lower(trimmed(word));
  if (direction.empty() || direction == "up" || direction == "high" || direction == "+") {
    return true;
  }
  if (direction != "down" && direction != "low" && direction != "-") {
    throw InputError({.what = "this is no direction of a marker",
                      .where = where,
                      .found = "'" + std::string(word) + "'",
                      .expected = "up or down"});
  }
  return false;
}

/// Collects the rows of a table.
class MarkerRows {
 public:
  explicit MarkerRows(TableColumns columns) : columns_(columns) {}

  void add(const std::vector<std::string_view>& fields, const std::string& where) {
    const std::string name(trimmed(fields[columns_.type]));
    if (name.empty()) {
      throw InputError(
          {.what = "a row of the table of markers names no cell type", .where = where});
    }
    if (columns_.gene) {
      add_marker(name, fields, where);
    } else {
      add_type(name, fields, where);
    }
  }

  std::vector<MarkedType> finish() const {
    for (const MarkedType& type : types_) {
      if (type.up.empty()) {
        throw InputError({.what = "a cell type has no marker that is up",
                          .where = places_.at(type.name),
                          .found = type.name});
      }
    }
    return types_;
  }

 private:
  void add_type(const std::string& name, const std::vector<std::string_view>& fields,
                const std::string& where) {
    if (!places_.emplace(name, where).second) {
      throw InputError(
          {.what = "a cell type has two rows", .where = where, .found = "'" + name + "'"});
    }
    MarkedType type{
        .name = name,
        .up = markers_in(fields[*columns_.up]),
        .down = columns_.down ? markers_in(fields[*columns_.down]) : std::vector<MarkerNames>{}};
    require_distinct(type, where);
    types_.push_back(std::move(type));
  }

  void add_marker(const std::string& name, const std::vector<std::string_view>& fields,
                  const std::string& where) {
    if (places_.emplace(name, where).second) {
      types_.push_back({.name = name, .up = {}, .down = {}});
    }
    MarkedType& type = *std::ranges::find(types_, name, &MarkedType::name);
    const bool up = !columns_.direction || is_up(fields[*columns_.direction], where);
    std::vector<MarkerNames>& markers = up ? type.up : type.down;
    for (MarkerNames& marker : markers_in(fields[*columns_.gene])) {
      markers.push_back(std::move(marker));
    }
    require_distinct(type, where);
  }

  TableColumns columns_;
  std::vector<MarkedType> types_;
  std::map<std::string, std::string> places_;
};

}  // namespace

std::vector<MarkedType> read_marker_table(const std::string& path) {
  DelimitedReader reader(path);
  Columns header;
  if (reader.next()) {
    for (const std::string_view field : reader.fields()) {
      header.push_back(lower(trimmed(field)));
    }
  }
  MarkerRows rows(columns_of(header, path));
  while (reader.next()) {
    if (reader.fields().size() != header.size()) {
      throw InputError({.what = "a row has another number of fields than the header",
                        .where = reader.where(),
                        .found = std::to_string(reader.fields().size()),
                        .expected = std::to_string(header.size()),
                        .hint = "markers of one field have blanks between them, no commas"});
    }
    rows.add(reader.fields(), reader.where());
  }
  std::vector<MarkedType> types = rows.finish();
  if (types.empty()) {
    throw InputError({.what = "the table of markers names no cell type", .where = path});
  }
  return types;
}

}  // namespace mixvae::analysis
