#pragma once

#include <span>

#include "data/io/hdf5/object.hpp"

namespace mixvae::hdf5 {

/// One field of an array of records (compound type).
struct Field {
  std::string name;
  Kind kind = Kind::other;
  Index width = 1;  // numbers per record: above 1 for a field that is an array
};

/// The values of one field as the file stores them, and their type (of one number, also when the
/// field is an array).
struct RawField {
  Handle type;
  std::vector<char> bytes;
};

/// An HDF5 data set. Sizes are checked against the file before anything is allocated; all reading
/// throws InputError.
class Array : public Object {
 public:
  Array(Handle handle, std::string file, std::string path);

  /// Lengths of the dimensions; empty for a scalar; {0} for an array without any space.
  const std::vector<Index>& shape() const { return shape_; }
  /// Number of elements.
  Index size() const { return size_; }
  Kind kind() const { return kind_; }
  bool is_numeric() const;
  /// Bytes of one stored element.
  std::size_t element_bytes() const;
  /// Lengths of a chunk; the whole shape for an array that is not chunked.
  std::vector<Index> chunk() const;

  /// Throws InputError unless this many values, at `bytes` each in memory, could come from a file
  /// of this size.
  void require_plausible(std::size_t bytes) const;

  /// All numbers, in order of storage (row-major), converted to Number.
  template <class Number>
  std::vector<Number> numbers() const;
  /// The numbers of a block, start and count per dimension, into `out` (which holds their product).
  template <class Number>
  void read_block(std::span<const Index> start, std::span<const Index> count, Number* out) const;
  std::vector<std::string> texts() const;

  /// The fields of an array of records.
  std::vector<Field> fields() const;
  /// All numbers of one field, [size, width].
  std::vector<double> field_numbers(const Field& field) const;
  std::vector<std::string> field_texts(const Field& field) const;
  RawField raw_field(const Field& field) const;

 private:
  void require_numeric() const;
  void require_readable() const;
  void read_all(hid_t type, void* out) const;

  Handle type_;
  Handle space_;
  std::vector<Index> shape_;
  Index size_ = 0;
  Kind kind_ = Kind::other;
};

extern template std::vector<float> Array::numbers() const;
extern template std::vector<double> Array::numbers() const;
extern template std::vector<std::int32_t> Array::numbers() const;
extern template std::vector<std::int64_t> Array::numbers() const;
extern template void Array::read_block(std::span<const Index>, std::span<const Index>,
                                       float*) const;

/// The array's shape as text: "700 x 765".
std::string shape_text(std::span<const Index> shape);

}  // namespace mixvae::hdf5
