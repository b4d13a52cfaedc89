#include "data/io/scipy_npz.hpp"

#include <algorithm>
#include <limits>

#include "base/error.hpp"

namespace mixvae {
namespace {

using Arrays = std::map<std::string, NpyArray>;

[[noreturn]] void refuse_sparse(const std::string& path, const std::string& what,
                                const std::string& found = "") {
  throw InputError({.what = what, .where = path, .found = found});
}

std::vector<double> numbers(const Arrays& arrays, const std::string& name,
                            const std::string& path) {
  const NpyArray& array = arrays.at(name);
  if (array.shape.size() != 1) {
    refuse_sparse(path, "member '" + name + "' of the sparse matrix is not one-dimensional");
  }
  return npy_numbers(array, path + ", member '" + name + "'");
}

/// Checked against [0, limit] before it becomes an index.
Index to_index(double value, Index limit, const std::string& what, const std::string& path) {
  if (!(value >= 0 && value <= static_cast<double>(limit))) {
    refuse_sparse(path, what + " of the sparse matrix is out of range", std::to_string(value));
  }
  return static_cast<Index>(value);
}

/// Offsets, inner indices and values as rows of a matrix [outer, inner].
CsrMatrix compressed(const Arrays& arrays, Index outer, Index inner, const std::string& path) {
  CsrMatrix matrix;
  matrix.rows = outer;
  matrix.columns = inner;
  const std::vector<double> values = numbers(arrays, "data", path);
  const std::vector<double> offsets = numbers(arrays, "indptr", path);
  const std::vector<double> columns = numbers(arrays, "indices", path);
  const auto count = static_cast<Index>(values.size());
  if (static_cast<Index>(offsets.size()) != outer + 1 || columns.size() != values.size()) {
    refuse_sparse(path, "the lengths of the sparse matrix's members do not fit together");
  }
  matrix.offsets.clear();
  for (const double offset : offsets) {
    matrix.offsets.push_back(to_index(offset, count, "an offset", path));
  }
  if (matrix.offsets.front() != 0 || matrix.offsets.back() != count ||
      !std::ranges::is_sorted(matrix.offsets)) {
    refuse_sparse(path,
                  "the offsets of the sparse matrix do not rise from 0 to its number of values");
  }
  for (const double column : columns) {
    matrix.column_numbers.push_back(
        static_cast<std::int32_t>(to_index(column, inner - 1, "an index", path)));
  }
  matrix.values.assign(values.begin(), values.end());
  sort_and_merge(matrix);
  return matrix;
}

}  // namespace

bool is_scipy_matrix(const Arrays& arrays) {
  const auto format = arrays.find("format");
  if (format == arrays.end() || !format->second.holds_text()) {
    return false;
  }
  return std::ranges::all_of(
      std::initializer_list<const char*>{"shape", "data", "indices", "indptr"},
      [&](const char* name) { return arrays.contains(name); });
}

CsrMatrix read_scipy_matrix(const Arrays& arrays, const std::string& path) {
  const std::vector<std::string> formats = npy_texts(arrays.at("format"));
  const std::string format = formats.empty() ? "" : formats.front();
  const std::vector<double> shape = numbers(arrays, "shape", path);
  if ((format != "csr" && format != "csc") || shape.size() != 2) {
    refuse_sparse(path, "this kind of sparse matrix cannot be read: csr and csc are known", format);
  }
  constexpr Index kLargest = std::numeric_limits<std::int32_t>::max();
  const Index rows = to_index(shape[0], kLargest, "a size", path);
  const Index columns = to_index(shape[1], kLargest, "a size", path);
  if (rows == 0 || columns == 0) {
    refuse_sparse(path, "the matrix is empty");
  }
  return format == "csr" ? compressed(arrays, rows, columns, path)
                         : transpose(compressed(arrays, columns, rows, path));
}

}  // namespace mixvae
