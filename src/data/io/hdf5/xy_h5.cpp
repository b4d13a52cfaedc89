#include "data/io/hdf5/xy_h5.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "data/io/hdf5/dense_as_sparse.hpp"
#include "data/io/store/column.hpp"
#include "data/io/store/frame.hpp"
#include "data/io/store/layers.hpp"

namespace mixvae {
namespace {

constexpr double kLargestWhole = 9007199254740992.0;  // 2^53: doubles count exactly up to here

ColumnValues whole_where_possible(ColumnValues values) {
  const auto* numbers = std::get_if<std::vector<double>>(&values);
  const auto whole = [](double value) {
    return std::abs(value) <= kLargestWhole && value == std::floor(value);
  };
  if (numbers != nullptr && std::ranges::all_of(*numbers, whole)) {
    return std::vector<std::int64_t>(numbers->begin(), numbers->end());
  }
  return values;
}

ColumnValues read_labels(const hdf5::Array& array, Index cells) {
  auto values = store::array_values(array);
  if (!values || array.size() != cells) {
    throw InputError({.what = "the labels do not fit the matrix",
                      .where = array.where(),
                      .found = describe(array.kind()) + ", " + store::shape_text(array.shape()),
                      .expected = std::to_string(cells) + " values, one per cell"});
  }
  return whole_where_possible(std::move(*values));
}

}  // namespace

Dataset read_xy_h5(const std::string& path, const std::string& layer) {
  const hdf5::Group root = hdf5::open_file(path);
  Dataset dataset;
  Source& source = dataset.source;
  source.path = path;
  source.format = "h5-xy";
  source.layers = {"X"};
  store::require_layer(layer, source.layers, path);
  dataset.x = hdf5::read_dense_as_sparse(root, "X", hdf5::Orientation::cells_first);
  store::number_unnamed(dataset);
  dataset.cells.columns = {{"Y", read_labels(root.array("Y"), dataset.cell_count())}};
  return dataset;
}

}  // namespace mixvae
