#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "data/io/store/node.hpp"

namespace mixvae::store {

/// One field of an array of records.
struct Field {
  std::string name;
  Kind kind = Kind::other;
  Index width = 1;  // numbers per record: above 1 for a field that is an array
};

/// The numbers in memory that an array can be read as.
enum class NumberType { float32, float64, int32, int64 };

/// An array of any number of dimensions. Sizes are checked against what is stored before anything
/// is allocated.
class Array : public virtual Node {
 public:
  /// Lengths of the dimensions; empty for a scalar; {0} for an array without any space.
  virtual const std::vector<Index>& shape() const = 0;
  virtual Kind kind() const = 0;
  /// Bytes of one stored element.
  virtual std::size_t element_bytes() const = 0;
  /// Throws InputError unless this many values, at `bytes` each in memory, could come from what is
  /// stored.
  virtual void require_plausible(std::size_t bytes) const = 0;
  virtual std::vector<std::string> texts() const = 0;

  /// The fields of an array of records; none for other arrays, and where records are not read.
  virtual std::vector<Field> fields() const { return {}; }
  /// All numbers of one field, [size, width].
  virtual std::vector<double> field_numbers(const Field& field) const;
  virtual std::vector<std::string> field_texts(const Field& field) const;
  /// The array that an attribute of the kind `reference` leads to.
  virtual std::unique_ptr<Array> referred_array(const std::string& attribute) const;

  /// Number of elements; the largest Index when they are more.
  Index size() const;
  bool is_numeric() const;
  /// All numbers, in row-major order, converted to Number: float, double or an integer of 32 or 64
  /// bits.
  template <class Number>
  std::vector<Number> numbers() const;
  /// The numbers of a block, start and count per dimension, into `out` (which holds their product).
  template <class Number>
  void read_block(std::span<const Index> start, std::span<const Index> count, Number* out) const;

 protected:
  /// Fills `out` with the numbers of a block, which lies within the shape, as `type`.
  virtual void read_numbers(std::span<const Index> start, std::span<const Index> count,
                            NumberType type, void* out) const = 0;

 private:
  void require_numeric() const;
};

extern template std::vector<float> Array::numbers() const;
extern template std::vector<double> Array::numbers() const;
extern template std::vector<std::int32_t> Array::numbers() const;
extern template std::vector<std::int64_t> Array::numbers() const;
extern template void Array::read_block(std::span<const Index>, std::span<const Index>,
                                       float*) const;

/// A shape as text: "700 x 765".
std::string shape_text(std::span<const Index> shape);

/// The product of the lengths; the largest Index when it does not fit.
Index bounded_product(std::span<const Index> shape);

/// Refuses an array that claims more values than `stored` bytes can hold.
[[noreturn]] void refuse_implausible(const Array& array, std::uint64_t stored);

}  // namespace mixvae::store
