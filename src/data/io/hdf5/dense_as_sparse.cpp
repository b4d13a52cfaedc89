#include "data/io/hdf5/dense_as_sparse.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "data/io/store/stored_matrix.hpp"

namespace mixvae::hdf5 {
namespace {

/// How a dense array is cut into blocks of cells.
struct Blocks {
  Index cells_per_block;
  std::size_t cache_bytes;
};

/// Blocks as wide as a chunk where that is small, and a cache for all chunks that one block
/// crosses.
Blocks plan_blocks(const Array& array, std::size_t cell_axis) {
  constexpr Index kBlockValues = Index{1} << 24;
  const std::vector<Index> chunk = array.chunk();
  const Index features = std::max<Index>(array.shape()[1 - cell_axis], 1);
  const Index feature_chunk = std::max<Index>(chunk[1 - cell_axis], 1);
  const Index cell_chunk = std::max<Index>(chunk[cell_axis], 1);
  const Index chunks_across = (features + feature_chunk - 1) / feature_chunk;
  const Index fitting = std::max<Index>(kBlockValues / features, 1);
  return {
      fitting >= cell_chunk ? fitting / cell_chunk * cell_chunk : fitting,
      static_cast<std::size_t>(chunks_across * feature_chunk * cell_chunk) * array.element_bytes()};
}

void append_row(CsrMatrix& matrix, const float* values, Index stride) {
  for (Index c = 0; c < matrix.columns; ++c) {
    const float value = values[c * stride];
    if (value != 0.0F) {
      matrix.column_numbers.push_back(static_cast<std::int32_t>(c));
      matrix.values.push_back(value);
    }
  }
  matrix.offsets.push_back(static_cast<Index>(matrix.values.size()));
}

}  // namespace

CsrMatrix read_dense_as_sparse(const Group& parent, const std::string& name,
                               Orientation orientation) {
  const std::size_t cell_axis = orientation == Orientation::cells_first ? 0 : 1;
  Blocks blocks = {};
  {
    const Array array = parent.array(name);
    if (array.shape().size() != 2) {
      throw InputError({.what = "the matrix is not two-dimensional",
                        .where = array.where(),
                        .found = store::shape_text(array.shape())});
    }
    store::require_shape(array.shape()[cell_axis], array.shape()[1 - cell_axis], array.where());
    array.require_plausible(array.element_bytes());
    blocks = plan_blocks(array, cell_axis);
  }
  const Array array = parent.array(name, blocks.cache_bytes);
  CsrMatrix matrix;
  matrix.rows = array.shape()[cell_axis];
  matrix.columns = array.shape()[1 - cell_axis];
  std::vector<float> block;
  for (Index begin = 0; begin < matrix.rows; begin += blocks.cells_per_block) {
    const Index cells = std::min(blocks.cells_per_block, matrix.rows - begin);
    std::array<Index, 2> start = {0, 0};
    std::array<Index, 2> count = {matrix.columns, matrix.columns};
    start[cell_axis] = begin;
    count[cell_axis] = cells;
    block.resize(static_cast<std::size_t>(cells * matrix.columns));
    array.read_block<float>(start, count, block.data());
    for (Index cell = 0; cell < cells; ++cell) {
      append_row(matrix, block.data() + cell * (cell_axis == 0 ? matrix.columns : 1),
                 cell_axis == 0 ? 1 : cells);
    }
  }
  return matrix;
}

}  // namespace mixvae::hdf5
