#pragma once

#include <pybind11/numpy.h>
#include <string>
#include <variant>

#include "data/matrix.hpp"

namespace mixvae::python {

namespace py = pybind11;

/// Numbers of a numpy array of one or two dimensions, where they are.
struct ArrayView {
  const char* data = nullptr;
  char kind = 'f';  // f float, i signed, u unsigned, b truth value
  Index item_size = 4;
  Index rows = 0;
  Index columns = 1;
  Index row_step = 0;  // bytes from one row to the next
  Index column_step = 0;
};

/// A matrix in scipy's compressed form, where it is.
struct CompressedView {
  bool by_rows = true;  // csr, else csc
  Index rows = 0;
  Index columns = 0;
  ArrayView offsets;
  ArrayView indices;
  ArrayView values;
};

using MatrixView = std::variant<ArrayView, CompressedView>;

/// The array must be of numbers of 1, 2, 4 or 8 bytes (of floats 4 or 8) in the machine's order.
ArrayView array_view(const py::array& array);

/// An array [cells, features], or (kind, shape, offsets, indices, values).
MatrixView matrix_view(const py::handle& matrix);

/// A copy in single precision: the one copy that is made of the data. Needs no GIL.
DenseMatrix dense_matrix(const ArrayView& view);

/// A copy, by rows, in single precision; throws InputError naming `where` for an empty matrix and
/// for parts that do not fit together. Needs no GIL.
Matrix matrix_of(const MatrixView& view, const std::string& where);

}  // namespace mixvae::python
