#include "data/io/store/mudata.hpp"

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "base/error.hpp"
#include "base/nearest_hint.hpp"
#include "base/text.hpp"
#include "data/io/store/anndata.hpp"
#include "data/io/store/frame.hpp"

namespace mixvae::store {
namespace {

constexpr const char* kModalities = "mod";

/// Names of the modalities: those of "mod-order", then what it does not mention.
std::vector<std::string> modality_names(const Group& all) {
  std::vector<std::string> names = all.texts_attribute("mod-order");
  std::erase_if(names, [&](const std::string& name) { return !all.has_group(name); });
  for (const std::string& name : all.names()) {
    if (all.has_group(name) && std::ranges::find(names, name) == names.end()) {
      names.push_back(name);
    }
  }
  return names;
}

/// "rna (700 cells x 765 features), adt (700 cells x 24 features)".
std::string sizes_text(const std::vector<Modality>& all) {
  std::vector<std::string> parts;
  for (const Modality& one : all) {
    parts.push_back(one.name + " (" + with_commas(one.cells) + " cells x " +
                    with_commas(one.features) + " features)");
  }
  return join(first_n(parts, 12), ", ") + (parts.size() > 12 ? ", ..." : "");
}

std::string choose_modality(const Group& root, const std::string& wanted,
                            const std::vector<Modality>& all) {
  if (wanted.empty() && all.size() == 1) {
    return all.front().name;
  }
  std::vector<std::string> names;
  for (const Modality& one : all) {
    names.push_back(one.name);
  }
  if (!wanted.empty() && std::ranges::find(names, wanted) != names.end()) {
    return wanted;
  }
  const std::string hint = wanted.empty() ? "" : nearest_hint(wanted, names, 1);
  throw InputError({.what = wanted.empty() ? "the file holds several modalities of its cells"
                                           : "there is no modality '" + wanted + "'",
                    .where = root.where(),
                    .found = sizes_text(all),
                    .expected = wanted.empty() ? "one of them" : "the name of one of them",
                    .hint = "choose one with --modality" + (hint.empty() ? "" : "; " + hint)});
}

/// The rows of `names` that belong to the cells; -1: none. Empty when names are repeated.
std::vector<Index> rows_of_cells(const std::vector<std::string>& cells,
                                 const std::vector<std::string>& names) {
  std::unordered_map<std::string_view, Index> row_of;
  for (std::size_t r = 0; r < names.size(); ++r) {
    if (!row_of.emplace(names[r], static_cast<Index>(r)).second) {
      return {};
    }
  }
  std::vector<Index> rows;
  rows.reserve(cells.size());
  for (const std::string& cell : cells) {
    const auto found = row_of.find(cell);
    rows.push_back(found == row_of.end() ? -1 : found->second);
  }
  return rows;
}

/// The values of chosen rows; row -1 has none.
struct RowChooser {
  const std::vector<Index>& rows;

  ColumnValues operator()(const Categorical& labels) const {
    Categorical chosen{labels.categories, {}, labels.ordered};
    for (const Index r : rows) {
      chosen.codes.push_back(r < 0 ? -1 : labels.codes[static_cast<std::size_t>(r)]);
    }
    return chosen;
  }
  ColumnValues operator()(const std::vector<std::string>& texts) const {
    std::vector<std::string> chosen;
    for (const Index r : rows) {
      chosen.push_back(r < 0 ? "" : texts[static_cast<std::size_t>(r)]);
    }
    return std::ranges::find(rows, -1) == rows.end() ? ColumnValues(std::move(chosen))
                                                     : labels_with_missing(chosen);
  }
  template <class Value>
  ColumnValues operator()(const std::vector<Value>& values) const {
    if (std::ranges::find(rows, -1) == rows.end()) {
      std::vector<Value> chosen;
      for (const Index r : rows) {
        chosen.push_back(values[static_cast<std::size_t>(r)]);
      }
      return chosen;
    }
    std::vector<double> chosen;
    for (const Index r : rows) {
      chosen.push_back(r < 0 ? std::numeric_limits<double>::quiet_NaN()
                             : static_cast<double>(values[static_cast<std::size_t>(r)]));
    }
    return chosen;
  }
};

/// MuData copies the modality's own annotations into the whole as "rna:NAME".
bool has_annotation(const Table& cells, const std::string& modality, const std::string& name) {
  return cells.find(name) != nullptr || (name.starts_with(modality + ":") &&
                                         cells.find(name.substr(modality.size() + 1)) != nullptr);
}

void join_annotations_of_all(const Group& root, const std::string& modality, Dataset& dataset) {
  std::vector<std::string>& notes = dataset.source.notes;
  if (root.member("obs") == Member::absent || dataset.source.cells_unnamed) {
    return;
  }
  const Table all = read_frame(root, "obs", notes);
  std::vector<const Column*> columns;
  std::vector<std::string> names;
  for (const Column& column : all.columns) {
    if (!has_annotation(dataset.cells, modality, column.name)) {
      columns.push_back(&column);
      names.push_back("'" + column.name + "'");
    }
  }
  if (columns.empty()) {
    return;
  }
  const std::string what = "annotations of all modalities (" + join(first_n(names, 6), ", ") +
                           (names.size() > 6 ? ", ..." : "") + ")";
  const std::vector<Index> rows = rows_of_cells(dataset.cells.names, all.names);
  const auto lacking = std::ranges::count(rows, -1);
  if (rows.empty() || lacking == dataset.cells.rows()) {
    notes.push_back(
        "the " + what + " were left out: " +
        (rows.empty() ? "names of cells are repeated in 'obs'" : "'obs' names none of the cells"));
    return;
  }
  for (const Column* column : columns) {
    dataset.cells.set({column->name, std::visit(RowChooser{rows}, column->values)});
  }
  notes.push_back("the " + what + " were joined by name" +
                  (lacking == 0 ? ""
                                : "; " + with_commas(lacking) + " of " +
                                      with_commas(dataset.cells.rows()) + " cells have none"));
}

}  // namespace

bool is_mudata(const Group& root) {
  const std::string encoding = root.encoding();
  return encoding == "MuData" || (encoding.empty() && root.has_group(kModalities));
}

std::vector<Modality> modalities(const Group& root) {
  const auto all = root.open_group(kModalities);
  std::vector<Modality> found;
  for (const std::string& name : modality_names(*all)) {
    const auto one = all->open_group(name);
    found.push_back({name, frame_length(*one, "obs"), frame_length(*one, "var")});
  }
  if (found.empty()) {
    throw InputError({.what = "the file holds no modality", .where = all->where()});
  }
  return found;
}

Dataset read_mudata(const Group& root, const std::string& modality, const std::string& layer) {
  const std::vector<Modality> all = modalities(root);
  const std::string chosen = choose_modality(root, modality, all);
  Dataset dataset = read_anndata(*root.open_group(kModalities)->open_group(chosen), layer);
  dataset.source.modality = chosen;
  dataset.source.modalities = all;
  join_annotations_of_all(root, chosen, dataset);
  return dataset;
}

std::vector<std::string> mudata_layers(const Group& root, const std::string& modality) {
  const std::string chosen = choose_modality(root, modality, modalities(root));
  return anndata_layers(*root.open_group(kModalities)->open_group(chosen));
}

void require_no_modality(const std::string& modality, const std::string& path) {
  if (!modality.empty()) {
    throw InputError({.what = "there is no modality '" + modality + "'",
                      .where = path,
                      .expected = "no --modality: this file holds one data set"});
  }
}

}  // namespace mixvae::store
