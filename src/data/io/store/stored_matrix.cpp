#include "data/io/store/stored_matrix.hpp"

#include <algorithm>
#include <limits>

#include "base/error.hpp"

namespace mixvae::store {
namespace {

void require_part_length(const Array& array, Index expected, const std::string& meaning) {
  if (array.shape().size() != 1 || array.size() != expected) {
    throw InputError({.what = "an array of the sparse matrix has the wrong length",
                      .where = array.where(),
                      .found = shape_text(array.shape()),
                      .expected = std::to_string(expected) + ", " + meaning});
  }
}

[[noreturn]] void refuse_offset(const Array& offsets, Index line, Index value,
                                const std::string& expected) {
  const bool overflown = value < 0 && offsets.element_bytes() <= 4;
  throw InputError(
      {.what = overflown ? "the offsets of the sparse matrix have overflown 32 bits"
                         : "the offsets of the sparse matrix do not rise",
       .where = offsets.where() + ", position " + std::to_string(line),
       .found = std::to_string(value),
       .expected = expected,
       .hint = overflown ? "the program that wrote the file used 32-bit offsets for more than "
                           "2,147,483,647 values; write it again with 64-bit offsets"
                         : "the file is damaged; fetch or write it again"});
}

std::vector<Index> read_offsets(const Group& group, Index lines) {
  const auto array = group.open_array("indptr");
  require_part_length(*array, lines + 1, "one more than there are lines");
  std::vector<Index> offsets = array->numbers<Index>();
  if (offsets.front() != 0) {
    refuse_offset(*array, 0, offsets.front(), "0");
  }
  for (std::size_t i = 1; i < offsets.size(); ++i) {
    if (offsets[i] < offsets[i - 1]) {
      refuse_offset(*array, static_cast<Index>(i), offsets[i],
                    "at least " + std::to_string(offsets[i - 1]));
    }
  }
  return offsets;
}

void require_indices_in_range(const CsrMatrix& lines, const Array& array) {
  const auto outside = std::ranges::find_if(lines.column_numbers, [&](std::int32_t index) {
    return index < 0 || index >= lines.columns;
  });
  if (outside != lines.column_numbers.end()) {
    const auto position = outside - lines.column_numbers.begin();
    const auto line = std::ranges::upper_bound(lines.offsets, position) - lines.offsets.begin();
    throw InputError({.what = "an index of the sparse matrix is out of range",
                      .where = array.where() + ", line " + std::to_string(line),
                      .found = std::to_string(*outside),
                      .expected = "0 to " + std::to_string(lines.columns - 1)});
  }
}

Compressed compressed_lines(const Group& group) {
  const std::string encoding = group.encoding();
  const std::string format = group.text_attribute("h5sparse_format");
  if (encoding == "csr_matrix" || format == "csr") {
    return Compressed::rows;
  }
  if (encoding == "csc_matrix" || format == "csc") {
    return Compressed::columns;
  }
  throw InputError(
      {.what = "a matrix in an unknown encoding",
       .where = group.where(),
       .found = encoding.empty() ? "a group without encoding" : "encoding '" + encoding + "'",
       .expected = "'array', 'csr_matrix' or 'csc_matrix'"});
}

void require_same_shape(const std::vector<Index>& shape, Index rows, Index columns,
                        const std::string& where) {
  const std::vector<Index> expected = {rows, columns};
  if (shape != expected) {
    throw InputError({.what = "the matrix does not fit the tables of cells and features",
                      .where = where,
                      .found = "shape " + shape_text(shape),
                      .expected = shape_text(expected) + " (cells x features)"});
  }
}

Matrix read_dense(const Array& array, Index rows, Index columns) {
  std::vector<Index> shape = array.shape();
  if (shape.size() == 1 && (rows == 1 || columns == 1)) {
    shape = columns == 1 ? std::vector<Index>{shape[0], 1} : std::vector<Index>{1, shape[0]};
  }
  require_same_shape(shape, rows, columns, array.where());
  DenseMatrix matrix;
  matrix.rows = rows;
  matrix.columns = columns;
  matrix.values = array.numbers<float>();
  return matrix;
}

}  // namespace

void require_shape(Index rows, Index columns, const std::string& where) {
  if (rows <= 0 || columns <= 0) {
    throw InputError(
        {.what = "the matrix is empty",
         .where = where,
         .found = std::to_string(rows) + " cells x " + std::to_string(columns) + " features",
         .expected = "at least one of each"});
  }
  if (std::max(rows, columns) > std::numeric_limits<std::int32_t>::max()) {
    throw InputError(
        {.what = "the matrix is larger than 32-bit row and column numbers reach",
         .where = where,
         .found = std::to_string(rows) + " cells x " + std::to_string(columns) + " features"});
  }
}

CsrMatrix read_compressed(const Group& group, Compressed lines, Index rows, Index columns) {
  require_shape(rows, columns, group.where());
  const bool by_rows = lines == Compressed::rows;
  CsrMatrix matrix;
  matrix.rows = by_rows ? rows : columns;
  matrix.columns = by_rows ? columns : rows;
  matrix.offsets = read_offsets(group, matrix.rows);
  const auto indices = group.open_array("indices");
  const auto values = group.open_array("data");
  require_part_length(*indices, matrix.nonzeros(), "the last offset");
  require_part_length(*values, matrix.nonzeros(), "the last offset");
  matrix.column_numbers = indices->numbers<std::int32_t>();
  require_indices_in_range(matrix, *indices);
  matrix.values = values->numbers<float>();
  sort_and_merge(matrix);
  return by_rows ? std::move(matrix) : transpose(matrix);
}

bool has_matrix(const Group& parent, const std::string& name) {
  const Member member = parent.member(name);
  if (member == Member::group) {
    return true;
  }
  return member == Member::array && parent.open_array(name)->encoding() != "null";
}

Matrix read_matrix(const Group& parent, const std::string& name, Index rows, Index columns) {
  if (parent.has_array(name)) {
    const auto array = parent.open_array(name);
    const std::string encoding = array->encoding();
    if (!encoding.empty() && encoding != "array") {
      throw InputError({.what = "a matrix in an unknown encoding",
                        .where = array->where(),
                        .found = "encoding '" + encoding + "'",
                        .expected = "'array', 'csr_matrix' or 'csc_matrix'"});
    }
    require_shape(rows, columns, array->where());
    return read_dense(*array, rows, columns);
  }
  const auto group = parent.open_group(name);
  const Compressed lines = compressed_lines(*group);
  auto shape = group->integers_attribute("shape");
  if (shape.empty()) {
    shape = group->integers_attribute("h5sparse_shape");
  }
  if (!shape.empty()) {
    require_same_shape(shape, rows, columns, group->where());
  }
  return read_compressed(*group, lines, rows, columns);
}

}  // namespace mixvae::store
