#include "matrix_view.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>

#include "base/error.hpp"
#include "base/parallel.hpp"

namespace mixvae::python {
namespace {

constexpr Index kValuesPerThread = 1 << 16;

/// Calls visit with a null pointer to the type of the numbers.
template <class Visit>
void with_type(const ArrayView& view, Visit&& visit) {
  const bool number = view.kind == 'i';
  switch (view.kind == 'f' ? 10 + view.item_size : view.item_size) {
    case 14:
      return visit(static_cast<const float*>(nullptr));
    case 18:
      return visit(static_cast<const double*>(nullptr));
    case 1:
      return number ? visit(static_cast<const std::int8_t*>(nullptr))
                    : visit(static_cast<const std::uint8_t*>(nullptr));
    case 2:
      return number ? visit(static_cast<const std::int16_t*>(nullptr))
                    : visit(static_cast<const std::uint16_t*>(nullptr));
    case 4:
      return number ? visit(static_cast<const std::int32_t*>(nullptr))
                    : visit(static_cast<const std::uint32_t*>(nullptr));
    default:
      return number ? visit(static_cast<const std::int64_t*>(nullptr))
                    : visit(static_cast<const std::uint64_t*>(nullptr));
  }
}

template <class From, class To>
void copy_row(const char* from, Index step, Index count, To* to) {
  if (step == static_cast<Index>(sizeof(From))) {
    const From* values = reinterpret_cast<const From*>(from);
    std::transform(values, values + count, to, [](From v) { return static_cast<To>(v); });
    return;
  }
  for (Index c = 0; c < count; ++c) {
    From value;
    std::memcpy(&value, from + c * step, sizeof value);
    to[c] = static_cast<To>(value);  // NOLINT(bugprone-signed-char-misuse): no letters
  }
}

template <class To>
std::vector<To> numbers_of(const ArrayView& view) {
  std::vector<To> numbers(static_cast<std::size_t>(view.rows * view.columns));
  with_type(view, [&](const auto* type) {
    using From = std::remove_cvref_t<decltype(*type)>;
    const bool flat = view.columns == 1;
    const Index rows = flat ? 1 : view.rows;
    const Index columns = flat ? view.rows : view.columns;
    const Index step = flat ? view.row_step : view.column_step;
    const Index grain = std::max<Index>(kValuesPerThread / std::max<Index>(columns, 1), 1);
    parallel_for(rows, grain, [&](Index begin, Index end) {
      for (Index r = begin; r < end; ++r) {
        copy_row<From>(view.data + r * view.row_step, step, columns, numbers.data() + r * columns);
      }
    });
  });
  return numbers;
}

[[noreturn]] void refuse(const std::string& what, const std::string& where,
                         const std::string& found) {
  throw InputError({.what = what,
                    .where = where,
                    .found = found,
                    .hint = "scipy's matrix.check_format() tells more"});
}

void require_shape(Index rows, Index columns, const std::string& where) {
  const std::string found =
      std::to_string(rows) + " cells x " + std::to_string(columns) + " features";
  if (rows <= 0 || columns <= 0) {
    throw InputError({.what = "the matrix is empty",
                      .where = where,
                      .found = found,
                      .expected = "at least one of each"});
  }
  if (std::max(rows, columns) > std::numeric_limits<std::int32_t>::max()) {
    throw InputError({.what = "the matrix is larger than 32-bit row and column numbers reach",
                      .where = where,
                      .found = found});
  }
}

Matrix compressed_matrix(const CompressedView& view, const std::string& where) {
  CsrMatrix matrix;
  matrix.rows = view.by_rows ? view.rows : view.columns;
  matrix.columns = view.by_rows ? view.columns : view.rows;
  matrix.offsets = numbers_of<Index>(view.offsets);
  const Index count = view.values.rows;
  if (std::ssize(matrix.offsets) != matrix.rows + 1 || view.indices.rows != count ||
      matrix.offsets.front() != 0 || matrix.offsets.back() != count ||
      !std::ranges::is_sorted(matrix.offsets)) {
    refuse("the parts of the sparse matrix do not fit together", where,
           std::to_string(matrix.offsets.size()) + " offsets, " +
               std::to_string(view.indices.rows) + " indices, " + std::to_string(count) +
               " values");
  }
  const std::vector<Index> indices = numbers_of<Index>(view.indices);
  const auto outside = std::ranges::find_if(
      indices, [&](Index index) { return index < 0 || index >= matrix.columns; });
  if (outside != indices.end()) {
    refuse("an index of the sparse matrix is out of range", where, std::to_string(*outside));
  }
  matrix.column_numbers.assign(indices.begin(), indices.end());
  matrix.values = numbers_of<float>(view.values);
  sort_and_merge(matrix);
  return view.by_rows ? std::move(matrix) : transpose(matrix);
}

}  // namespace

ArrayView array_view(const py::array& array) {
  ArrayView view;
  view.data = static_cast<const char*>(array.data());
  view.kind = array.dtype().kind();
  view.item_size = array.itemsize();
  view.rows = array.shape(0);
  view.row_step = array.strides(0);
  if (array.ndim() > 1) {
    view.columns = array.shape(1);
    view.column_step = array.strides(1);
  }
  return view;
}

MatrixView matrix_view(const py::handle& matrix) {
  if (!py::isinstance<py::tuple>(matrix)) {
    return array_view(py::reinterpret_borrow<py::array>(matrix));
  }
  const auto parts = py::reinterpret_borrow<py::tuple>(matrix);
  const auto [rows, columns] = parts[1].cast<std::pair<Index, Index>>();
  return CompressedView{.by_rows = parts[0].cast<std::string>() == "csr",
                        .rows = rows,
                        .columns = columns,
                        .offsets = array_view(parts[2].cast<py::array>()),
                        .indices = array_view(parts[3].cast<py::array>()),
                        .values = array_view(parts[4].cast<py::array>())};
}

DenseMatrix dense_matrix(const ArrayView& view) {
  DenseMatrix matrix;
  matrix.rows = view.rows;
  matrix.columns = view.columns;
  matrix.values = numbers_of<float>(view);
  return matrix;
}

Matrix matrix_of(const MatrixView& view, const std::string& where) {
  if (const auto* compressed = std::get_if<CompressedView>(&view)) {
    require_shape(compressed->rows, compressed->columns, where);
    return compressed_matrix(*compressed, where);
  }
  const auto& array = std::get<ArrayView>(view);
  require_shape(array.rows, array.columns, where);
  return dense_matrix(array);
}

}  // namespace mixvae::python
