#include "data/io/hdf5/tenx_h5.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/hdf5/formats.hpp"
#include "data/io/store/frame.hpp"
#include "data/io/store/stored_matrix.hpp"

namespace mixvae {
namespace {

using hdf5::Group;

/// An array that describes features, under the name that the file has and the one that we give it.
struct FeatureArray {
  const char* stored;
  const char* name;
};

void require_name_count(Index found, Index expected, const std::string& where,
                        const std::string& meaning) {
  if (found != expected) {
    throw InputError({.what = "an array differs in length from the matrix",
                      .where = where,
                      .found = std::to_string(found) + " values",
                      .expected = std::to_string(expected) + ", one per " + meaning});
  }
}

std::vector<std::string> texts_of(const Group& group, const std::string& name, Index count,
                                  const std::string& meaning) {
  const auto array = group.array(name);
  auto texts = array.texts();
  require_name_count(static_cast<Index>(texts.size()), count, array.where(), meaning);
  return texts;
}

/// Rows and columns of the stored matrix: features and cells.
std::pair<Index, Index> stored_shape(const Group& group) {
  const auto array = group.array("shape");
  const auto shape = array.numbers<Index>();
  if (shape.size() != 2 || shape[0] < 0 || shape[1] < 0) {
    throw InputError({.what = "the shape of the matrix is not two numbers",
                      .where = array.where(),
                      .found = store::shape_text(shape)});
  }
  return {shape[0], shape[1]};
}

Table read_features(const Group& group, const std::string& symbols,
                    std::initializer_list<FeatureArray> arrays, Index count) {
  Table table;
  table.names = texts_of(group, symbols, count, "feature");
  for (const auto& [stored, name] : arrays) {
    if (group.has_array(stored)) {
      table.set({name, texts_of(group, stored, count, "feature")});
    }
  }
  return table;
}

Dataset read_matrix_group(const Group& group) {
  Dataset dataset;
  const auto [features, cells] = stored_shape(group);
  dataset.x = store::read_compressed(group, store::Compressed::rows, cells, features);
  dataset.cells.names = texts_of(group, "barcodes", cells, "cell");
  dataset.features =
      group.has_group("features")
          ? read_features(
                group.group("features"), "name",
                {{"id", "gene_ids"}, {"feature_type", "feature_types"}, {"genome", "genome"}},
                features)
          : read_features(group, "gene_names", {{"genes", "gene_ids"}}, features);
  return dataset;
}

std::string choose_genome(const std::string& path, const std::string& layer,
                          const std::vector<std::string>& genomes) {
  if (genomes.size() == 1 && layer == "X") {
    return genomes.front();
  }
  if (std::ranges::find(genomes, layer) != genomes.end()) {
    return layer;
  }
  throw InputError({.what = layer == "X" ? "the file holds several genomes"
                                         : "there is no layer '" + layer + "'",
                    .where = path,
                    .found = "genomes: " + join(genomes, ", "),
                    .hint = "choose one with --layer"});
}

}  // namespace

Dataset read_tenx_h5(const std::string& path, const std::string& layer) {
  const Group root = hdf5::open_file(path);
  const std::vector<std::string> genomes = hdf5::tenx_groups(root);
  if (genomes.empty()) {
    throw InputError({.what = "this is no 10x file",
                      .where = path,
                      .found = "members: " + join(first_n(root.names(), 12), ", "),
                      .expected = "a group 'matrix', or one named after a genome"});
  }
  const std::string chosen = choose_genome(path, layer, genomes);
  Dataset dataset = read_matrix_group(root.group(chosen));
  Source& source = dataset.source;
  source.path = path;
  source.format = "10x-h5";
  source.layer = layer;
  source.layers = genomes.size() == 1 ? std::vector<std::string>{"X"} : genomes;
  store::note_repeated_names(dataset.cells.names, "barcodes", source.notes);
  store::note_repeated_names(dataset.features.names, "names of features", source.notes);
  return dataset;
}

}  // namespace mixvae
