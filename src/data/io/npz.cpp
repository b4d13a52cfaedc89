#include "data/io/npz.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "base/error.hpp"
#include "data/io/dsprites_npz.hpp"
#include "data/io/file_bytes.hpp"
#include "data/io/npy.hpp"
#include "data/io/scipy_npz.hpp"
#include "data/io/zip.hpp"

namespace mixvae {
namespace {

constexpr std::array<std::string_view, 4> kCellNames = {"obs_names", "cell_names", "cells",
                                                        "barcodes"};
constexpr std::array<std::string_view, 4> kFeatureNames = {"var_names", "feature_names",
                                                           "gene_names", "genes"};

/// The arrays of an archive by name, in the order of their names; those that cannot be read are
/// noted.
struct Archive {
  std::map<std::string, std::string> contents;  // the bytes that the arrays refer to
  std::map<std::string, NpyArray> arrays;
  std::vector<std::string> notes;
};

Archive open_archive(const std::string& path) {
  const std::string bytes = read_bytes(path);
  Archive archive;
  for (const ZipMember& member : zip_members(bytes, path)) {
    if (!member.name.ends_with(".npy")) {
      archive.notes.push_back("Member '" + member.name + "' is no array and was left out.");
      continue;
    }
    const std::string name = member.name.substr(0, member.name.size() - 4);
    const std::string& content =
        archive.contents.insert_or_assign(name, unzip(bytes, member, path)).first->second;
    try {
      archive.arrays[name] = parse_npy(content, path + ", member '" + name + "'");
    } catch (const InputError& error) {
      archive.notes.push_back("Member '" + name + "' was left out: " + error.fault().what + ".");
    }
  }
  return archive;
}

std::vector<std::string> matrix_names(const Archive& archive) {
  std::vector<std::string> names;
  for (const auto& [name, array] : archive.arrays) {
    if (array.shape.size() >= 2 && !array.holds_text()) {
      names.push_back(name);
    }
  }
  return names;
}

std::string describe_archive(const Archive& archive) {
  std::string text;
  for (const auto& [name, array] : archive.arrays) {
    std::string shape;
    for (const Index extent : array.shape) {
      shape += (shape.empty() ? "" : ", ") + std::to_string(extent);
    }
    text += (text.empty() ? "" : ", ") + name + " [" + shape + "]";
  }
  return text.empty() ? "no arrays" : text;
}

std::string choose_matrix(const Archive& archive, const std::string& layer,
                          const std::string& path) {
  const std::vector<std::string> names = matrix_names(archive);
  const auto is_matrix = [&](const std::string& name) {
    return std::ranges::find(names, name) != names.end();
  };
  if (is_matrix(layer)) {
    return layer;
  }
  if (layer == "X") {
    for (const char* usual : {"x", "data"}) {
      if (is_matrix(usual)) {
        return usual;
      }
    }
    if (names.size() == 1) {
      return names.front();
    }
  }
  throw InputError({.what = layer == "X" ? "it is not clear which member is the matrix"
                                         : "no member '" + layer + "' is a matrix",
                    .where = path,
                    .found = describe_archive(archive),
                    .expected = "one array of two dimensions, or one called X",
                    .hint = names.empty() ? "" : "choose one with --layer " + names.front()});
}

bool is_one_of(const std::array<std::string_view, 4>& words, const std::string& name) {
  return std::ranges::find(words, name) != words.end();
}

/// Takes a one-dimensional array as names or as an annotation; false when its length does not fit.
bool take(Table& table, const std::array<std::string_view, 4>& name_words, bool& unnamed,
          const std::string& name, const NpyArray& array, const std::string& path) {
  if (array.shape.front() != table.rows()) {
    return false;
  }
  if (array.holds_text() && is_one_of(name_words, name)) {
    table.names = npy_texts(array);
    unnamed = false;
  } else {
    table.set({name, npy_column(array, path)});
  }
  return true;
}

void add_annotations(Dataset& dataset, const Archive& archive, const std::string& path) {
  for (const auto& [name, array] : archive.arrays) {
    if (array.shape.size() != 1) {
      continue;
    }
    const bool features_first = is_one_of(kFeatureNames, name);
    const auto take_cells = [&] {
      return take(dataset.cells, kCellNames, dataset.source.cells_unnamed, name, array, path);
    };
    const auto take_features = [&] {
      return take(dataset.features, kFeatureNames, dataset.source.features_unnamed, name, array,
                  path);
    };
    const bool taken =
        features_first ? take_features() || take_cells() : take_cells() || take_features();
    if (!taken) {
      dataset.source.notes.push_back(
          "Member '" + name + "' has " + std::to_string(array.shape.front()) +
          " items, neither one per cell nor per feature, and was left out.");
    }
  }
}

}  // namespace

std::vector<std::string> npz_layers(const std::string& path) {
  const Archive archive = open_archive(path);
  return is_scipy_matrix(archive.arrays) ? std::vector<std::string>() : matrix_names(archive);
}

Dataset read_npz(const std::string& path, const std::string& layer) {
  const Archive archive = open_archive(path);
  Dataset dataset;
  if (is_scipy_matrix(archive.arrays) && layer == "X") {
    dataset = numbered_dataset({}, path, "npz");
    dataset.x = read_scipy_matrix(archive.arrays, path);
    dataset.cells.names = numbered_names("C", dataset.cell_count());
    dataset.features.names = numbered_names("F", dataset.feature_count());
    dataset.source.layers = {"X"};
    return dataset;
  }
  if (is_dsprites(archive.arrays) && (layer == "X" || layer == "imgs")) {
    dataset = read_dsprites(archive.arrays, path);
    dataset.source.notes = archive.notes;
    return dataset;
  }
  const std::string chosen = choose_matrix(archive, layer, path);
  dataset = numbered_dataset(
      npy_matrix(archive.arrays.at(chosen), path + ", member '" + chosen + "'"), path, "npz");
  dataset.source.image_width = image_width_of(archive.arrays.at(chosen));
  dataset.source.layer = chosen;
  dataset.source.layers = matrix_names(archive);
  dataset.source.notes = archive.notes;
  add_annotations(dataset, archive, path);
  return dataset;
}

}  // namespace mixvae
