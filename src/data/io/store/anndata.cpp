#include "data/io/store/anndata.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "data/io/store/frame.hpp"
#include "data/io/store/layers.hpp"
#include "data/io/store/stored_matrix.hpp"

namespace mixvae::store {
namespace {

constexpr int kDeepestNesting = 32;  // hard links can make groups contain themselves

/// Where a matrix and the table of its features stand in the file.
struct StoredMatrix {
  std::string matrix;
  std::string features = "var";
};

/// Every matrix that can be read, by the name that selects it; "X" first, then "raw", then the
/// layers.
std::vector<std::pair<std::string, StoredMatrix>> stored_matrices(const Group& root) {
  std::vector<std::pair<std::string, StoredMatrix>> found;
  if (has_matrix(root, "X")) {
    found.push_back({"X", {"X"}});
  }
  if (has_matrix(root, "raw/X")) {
    found.push_back({"raw", {"raw/X", "raw/var"}});
  } else if (has_matrix(root, "raw.X")) {
    found.push_back({"raw", {"raw.X", "raw.var"}});
  }
  if (root.has_group("layers")) {
    for (const std::string& name : root.open_group("layers")->names()) {
      if (has_matrix(root, "layers/" + name)) {
        found.push_back({name, {"layers/" + name}});
      }
    }
  }
  return found;
}

constexpr Index kLookedAt = 10000;  // values of a matrix that tell whether it holds counts

/// Whether the first values of a stored matrix are whole numbers, none below 0 and some above.
bool begins_with_counts(const Group& root, const std::string& path) try {
  const bool sparse = root.has_group(path);
  const auto values = sparse ? root.open_group(path)->open_array("data") : root.open_array(path);
  std::vector<Index> count = values->shape();
  if (!values->is_numeric() || values->size() == 0 || count.empty() || count.size() > 2) {
    return false;
  }
  if (count.size() == 2) {
    count[1] = std::min(count[1], kLookedAt);
  }
  count[0] = std::clamp<Index>(kLookedAt / (count.size() == 2 ? count[1] : 1), 1, count[0]);
  const std::vector<Index> start(count.size(), 0);
  std::vector<float> first(static_cast<std::size_t>(count[0] * (count.size() == 2 ? count[1] : 1)));
  values->read_block(start, count, first.data());
  return std::ranges::all_of(first, [](float v) { return v >= 0 && v == std::round(v); }) &&
         std::ranges::any_of(first, [](float v) { return v > 0; });
} catch (const InputError&) {  // nobody asked for this matrix
  return false;
}

/// Matrices besides the chosen one that hold counts; those called so first.
std::vector<std::string> count_layers(
    const Group& root, const std::vector<std::pair<std::string, StoredMatrix>>& matrices,
    std::size_t chosen) {
  std::vector<std::string> found;
  for (std::size_t m = 0; m < matrices.size(); ++m) {
    if (m != chosen && begins_with_counts(root, matrices[m].second.matrix)) {
      found.push_back(matrices[m].first);
    }
  }
  std::ranges::stable_partition(found, [](const std::string& name) { return name == "counts"; });
  return found;
}

void require_rows(Index found, Index rows, const std::string& where) {
  if (found != rows) {
    throw InputError({.what = "an array of the cells differs from them in length",
                      .where = where,
                      .found = std::to_string(found) + " rows",
                      .expected = std::to_string(rows) + ", one per cell"});
  }
}

DenseMatrix dense(Index rows, Index columns, std::vector<float> values) {
  DenseMatrix matrix;
  matrix.rows = rows;
  matrix.columns = columns;
  matrix.values = std::move(values);
  return matrix;
}

void read_obsm_array(const Array& array, const std::string& name, Dataset& dataset) {
  if (!array.is_numeric() || array.shape().size() != 2) {
    dataset.source.notes.push_back("'" + array.path() + "' was skipped: " + describe(array.kind()) +
                                   ", " + shape_text(array.shape()));
    return;
  }
  require_rows(array.shape()[0], dataset.cells.rows(), array.where());
  dataset.arrays[name] = dense(array.shape()[0], array.shape()[1], array.numbers<float>());
}

/// Up to anndata 0.6, obsm is an array of records whose fields are the arrays.
void read_obsm_records(const Array& records, Dataset& dataset) {
  require_rows(records.size(), dataset.cells.rows(), records.where());
  for (const Field& field : records.fields()) {
    if (field.kind <= Kind::truth) {
      const std::vector<double> values = records.field_numbers(field);
      dataset.arrays[field.name] =
          dense(records.size(), field.width, std::vector<float>(values.begin(), values.end()));
    }
  }
}

void read_obsm(const Group& root, Dataset& dataset) {
  if (root.has_array("obsm")) {
    read_obsm_records(*root.open_array("obsm"), dataset);
  } else if (root.has_group("obsm")) {
    const auto group = root.open_group("obsm");
    for (const std::string& name : group->names()) {
      if (group->has_array(name)) {
        read_obsm_array(*group->open_array(name), name, dataset);
      } else {
        const std::string encoding = group->open_group(name)->encoding();
        dataset.source.notes.push_back(
            "'obsm/" + name +
            "' was skipped: " + (encoding.empty() ? "a group" : "encoding '" + encoding + "'"));
      }
    }
  }
}

void read_texts(const Group& group, const std::string& prefix, int depth, Dataset& dataset) {
  if (depth > kDeepestNesting) {
    return;
  }
  for (const std::string& name : group.names()) {
    if (group.has_group(name)) {
      read_texts(*group.open_group(name), prefix + name + "/", depth + 1, dataset);
    } else if (group.has_array(name)) {
      const auto array = group.open_array(name);
      if (array->kind() == Kind::text && array->size() == 1) {
        dataset.texts[prefix + name] = array->texts().front();
      }
    }
  }
}

void require_anndata(const Group& root) {
  const std::string encoding = root.encoding();
  if (!encoding.empty() && encoding != "anndata") {
    throw InputError({.what = "this holds something else than one data set",
                      .where = root.where(),
                      .found = "encoding '" + encoding + "'",
                      .expected = "'anndata'"});
  }
}

std::vector<std::string> names_of(
    const std::vector<std::pair<std::string, StoredMatrix>>& matrices) {
  std::vector<std::string> names;
  std::ranges::transform(matrices, std::back_inserter(names),
                         [](const auto& matrix) { return matrix.first; });
  return names;
}

}  // namespace

bool is_anndata(const Group& root) {
  return root.encoding() == "anndata" ||
         (root.member("obs") != Member::absent && root.member("var") != Member::absent);
}

std::vector<std::string> anndata_layers(const Group& root) {
  require_anndata(root);
  return names_of(stored_matrices(root));
}

Dataset read_anndata(const Group& root, const std::string& layer) {
  require_anndata(root);
  Dataset dataset;
  Source& source = dataset.source;
  source.path = root.file();
  source.layer = layer;
  const auto matrices = stored_matrices(root);
  source.layers = names_of(matrices);
  const std::size_t chosen = require_layer(layer, source.layers, root.where());
  if (source.layers.front() != "X") {
    source.notes.emplace_back("the file has no matrix X");
  }
  const StoredMatrix& stored = matrices[chosen].second;
  dataset.cells = read_frame(root, "obs", source.notes);
  dataset.features = read_frame(root, stored.features, source.notes);
  source.cells_unnamed = lacks_row_names(root, "obs");
  source.features_unnamed = lacks_row_names(root, stored.features);
  source.count_layers = count_layers(root, matrices, chosen);
  dataset.x = read_matrix(root, stored.matrix, dataset.cells.rows(), dataset.features.rows());
  read_obsm(root, dataset);
  if (root.has_group("uns")) {
    read_texts(*root.open_group("uns"), "", 0, dataset);
  }
  return dataset;
}

}  // namespace mixvae::store
