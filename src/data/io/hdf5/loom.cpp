#include "data/io/hdf5/loom.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/hdf5/dense_as_sparse.hpp"
#include "data/io/store/column.hpp"
#include "data/io/store/frame.hpp"
#include "data/io/store/layers.hpp"

namespace mixvae {
namespace {

using hdf5::Array;
using hdf5::Group;

/// Names of cells and genes as loompy, velocyto, anndata, loomR and SCENIC write them, the best
/// first; letters of either case.
const std::vector<std::string> kCellAttributes = {
    "cellid",   "cell_id",      "obs_names", "cell_names", "cellnames", "cell_name", "barcode",
    "barcodes", "cell_barcode", "cell",      "cells",      "index",     "_index"};
const std::vector<std::string> kGeneAttributes = {
    "gene",       "gene_names",  "var_names", "genename", "gene_name", "genes",
    "symbol",     "gene_symbol", "accession", "gene_id",  "gene_ids",  "geneid",
    "ensembl_id", "id",          "index",     "_index"};

void require_count(const Array& array, Index count) {
  if (array.shape().front() != count) {
    throw InputError({.what = "an attribute differs in length from the matrix",
                      .where = array.where(),
                      .found = store::shape_text(array.shape()),
                      .expected = std::to_string(count) + " values"});
  }
}

/// True for an attribute that says nothing of single cells or genes: one value, or none.
bool is_of_the_whole(const Array& array, Index count) {
  return array.shape().empty() || array.size() == 0 || (array.size() == 1 && count != 1);
}

/// The best of the candidates that is there and has a name for each of `count`, or empty.
std::string first_present(const Group& group, const std::vector<std::string>& candidates,
                          Index count) {
  const std::vector<std::string> names = group.names();
  for (const std::string& candidate : candidates) {
    for (const std::string& name : names) {
      if (lower(name) == candidate && group.has_array(name) &&
          group.array(name).shape() == std::vector<Index>{count}) {
        return name;
      }
    }
  }
  return {};
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
                                   ", " + store::shape_text(array.shape()));
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
  const std::string names = first_present(group, names_from, count);
  for (const std::string& name : group.names()) {
    if (!group.has_array(name)) {
      continue;
    }
    const Array array = group.array(name);
    if (is_of_the_whole(array, count)) {
      dataset.source.notes.push_back(
          "'" + array.path() + "' was skipped: " + store::shape_text(array.shape()) +
          ", not one per " + (side == "col_attrs" ? "cell" : "gene") + ".");
      continue;
    }
    require_count(array, count);
    auto values = store::array_values(array);
    if (!values) {
      keep_array(array, name, dataset);
    } else if (name == names) {
      table.names = store::as_texts(*values);
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

std::vector<std::string> loom_layers(const std::string& path) {
  return layer_names(hdf5::open_file(path));
}

Dataset read_loom(const std::string& path, const std::string& layer) {
  const Group root = hdf5::open_file(path);
  Dataset dataset;
  Source& source = dataset.source;
  source.path = path;
  source.format = "loom";
  source.layer = layer;
  source.layers = layer_names(root);
  store::require_layer(layer, source.layers, path);
  dataset.x = hdf5::read_dense_as_sparse(root, layer == "X" ? "matrix" : "layers/" + layer,
                                         hdf5::Orientation::features_first);
  dataset.cells =
      read_attributes(root, "col_attrs", dataset.cell_count(), kCellAttributes, dataset);
  dataset.features =
      read_attributes(root, "row_attrs", dataset.feature_count(), kGeneAttributes, dataset);
  store::number_unnamed(dataset);
  store::note_repeated_names(dataset.cells.names, "names of cells", source.notes);
  store::note_repeated_names(dataset.features.names, "names of genes", source.notes);
  return dataset;
}

}  // namespace mixvae
