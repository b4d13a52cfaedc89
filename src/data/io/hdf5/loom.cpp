#include "data/io/hdf5/loom.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "data/io/hdf5/column.hpp"
#include "data/io/hdf5/frame.hpp"
#include "data/io/hdf5/layers.hpp"
#include "data/io/hdf5/stored_matrix.hpp"

namespace mixvae {
namespace {

using hdf5::Array;
using hdf5::Group;

void require_attribute_count(const Array& array, Index count) {
  if (array.shape().empty() || array.shape().front() != count) {
    throw InputError({.what = "an attribute differs in length from the matrix",
                      .where = array.where(),
                      .found = hdf5::shape_text(array.shape()),
                      .expected = std::to_string(count) + " values"});
  }
}

/// The first of the candidates that is there, or empty.
std::string first_present(const Group& group, const std::vector<std::string>& candidates) {
  const auto found = std::ranges::find_if(
      candidates, [&](const std::string& name) { return group.has_array(name); });
  return found == candidates.end() ? std::string{} : *found;
}

void keep_array(const Array& array, const std::string& name, Dataset& dataset) {
  if (array.is_numeric() && array.shape().size() == 2) {
    DenseMatrix matrix;
    matrix.rows = array.shape()[0];
    matrix.columns = array.shape()[1];
    matrix.values = array.numbers<float>();
    dataset.arrays[name] = std::move(matrix);
  } else {
    dataset.source.notes.push_back("'" + array.path() + "' was skipped: " + describe(array.kind()) +
                                   ", " + hdf5::shape_text(array.shape()));
  }
}

/// The attributes of one side of the matrix; names stay empty when there are none in the file.
Table read_attributes(const Group& root, const std::string& side, Index count,
                      const std::vector<std::string>& names_from, Dataset& dataset) {
  Table table;
  if (!root.has_group(side)) {
    return table;
  }
  const Group group = root.group(side);
  const std::string names = first_present(group, names_from);
  for (const std::string& name : group.names()) {
    if (!group.has_array(name)) {
      continue;
    }
    const Array array = group.array(name);
    require_attribute_count(array, count);
    auto values = hdf5::array_values(array);
    if (!values) {
      keep_array(array, name, dataset);
    } else if (name == names) {
      table.names = hdf5::as_texts(*values);
    } else {
      table.columns.push_back({name, std::move(*values)});
    }
  }
  return table;
}

std::vector<std::string> layer_names(const Group& root) {
  std::vector<std::string> layers = {"X"};
  if (root.has_group("layers")) {
    std::ranges::copy(root.group("layers").names(), std::back_inserter(layers));
  }
  return layers;
}

}  // namespace

Dataset read_loom(const std::string& path, const std::string& layer) {
  const Group root = hdf5::open_file(path);
  Dataset dataset;
  Source& source = dataset.source;
  source.path = path;
  source.format = "loom";
  source.layer = layer;
  source.layers = layer_names(root);
  hdf5::require_layer(layer, source.layers, path);
  dataset.x = hdf5::read_dense_as_sparse(root, layer == "X" ? "matrix" : "layers/" + layer,
                                         hdf5::Orientation::features_first);
  dataset.cells = read_attributes(root, "col_attrs", dataset.cell_count(),
                                  {"CellID", "cell_names", "obs_names"}, dataset);
  dataset.features = read_attributes(root, "row_attrs", dataset.feature_count(),
                                     {"Gene", "gene_names", "Accession"}, dataset);
  hdf5::number_unnamed(dataset);
  hdf5::note_repeated_names(dataset.cells.names, "names of cells", source.notes);
  hdf5::note_repeated_names(dataset.features.names, "names of genes", source.notes);
  return dataset;
}

}  // namespace mixvae
