#pragma once

#include "data/io/hdf5/object.hpp"
#include "data/io/store/array.hpp"

namespace mixvae::hdf5 {

using store::Field;
using store::NumberType;

/// The values of one field as the file stores them, and their type (of one number, also when the
/// field is an array).
struct RawField {
  Handle type;
  std::vector<char> bytes;
};

/// An HDF5 data set.
class Array : public Object, public store::Array {
 public:
  Array(Handle handle, std::string file, std::string path);

  const std::vector<Index>& shape() const override { return shape_; }
  Kind kind() const override { return kind_; }
  std::size_t element_bytes() const override;
  void require_plausible(std::size_t bytes) const override;
  std::vector<std::string> texts() const override;
  std::vector<Field> fields() const override;
  std::vector<double> field_numbers(const Field& field) const override;
  std::vector<std::string> field_texts(const Field& field) const override;
  std::unique_ptr<store::Array> referred_array(const std::string& attribute) const override;

  RawField raw_field(const Field& field) const;
  /// Lengths of a chunk; the whole shape for an array that is not chunked.
  std::vector<Index> chunk() const;

 protected:
  void read_numbers(std::span<const Index> start, std::span<const Index> count, NumberType type,
                    void* out) const override;

 private:
  void require_readable() const;
  void read_all(hid_t type, void* out) const;

  Handle type_;
  Handle space_;
  std::vector<Index> shape_;
  Kind kind_ = Kind::other;
};

}  // namespace mixvae::hdf5
