#include "data/io/store/array.hpp"

#include <algorithm>
#include <limits>

#include "base/error.hpp"

namespace mixvae::store {
namespace {

template <class Number>
constexpr NumberType number_type() {
  if constexpr (std::is_same_v<Number, float>) {
    return NumberType::float32;
  } else if constexpr (std::is_same_v<Number, double>) {
    return NumberType::float64;
  } else {
    return sizeof(Number) == 4 ? NumberType::int32 : NumberType::int64;
  }
}

}  // namespace

std::string shape_text(std::span<const Index> shape) {
  std::string text;
  for (const Index length : shape) {
    text += (text.empty() ? "" : " x ") + std::to_string(length);
  }
  return text.empty() ? "a single value" : text;
}

Index bounded_product(std::span<const Index> shape) {
  if (std::ranges::find(shape, 0) != shape.end()) {
    return 0;
  }
  Index size = 1;
  for (const Index length : shape) {
    if (__builtin_mul_overflow(size, length, &size)) {
      return std::numeric_limits<Index>::max();
    }
  }
  return size;
}

void refuse_implausible(const Array& array, std::uint64_t stored) {
  throw InputError({.what = "the array claims more values than its file can hold",
                    .where = array.where(),
                    .found = "shape " + shape_text(array.shape()) + " in a file of " +
                             std::to_string(stored) + " bytes",
                    .hint = "the file is damaged; fetch or write it again"});
}

std::vector<double> Array::field_numbers(const Field&) const {
  MIXVAE_ASSERT(false, "an array without fields is asked for none");
}

std::vector<std::string> Array::field_texts(const Field&) const {
  MIXVAE_ASSERT(false, "an array without fields is asked for none");
}

std::unique_ptr<Array> Array::referred_array(const std::string& attribute) const {
  throw InputError({.what = "the attribute '" + attribute + "' is no reference to an array",
                    .where = where(),
                    .found = describe(attribute_kind(attribute))});
}

Index Array::size() const { return bounded_product(shape()); }

bool Array::is_numeric() const {
  return kind() == Kind::integer || kind() == Kind::real || kind() == Kind::truth;
}

void Array::require_numeric() const {
  if (!is_numeric()) {
    throw InputError({.what = "numbers are needed here",
                      .where = where(),
                      .found = describe(kind()),
                      .expected = "whole numbers, numbers or truth values"});
  }
}

template <class Number>
std::vector<Number> Array::numbers() const {
  require_numeric();
  require_plausible(std::max(sizeof(Number), element_bytes()));
  std::vector<Number> values(static_cast<std::size_t>(size()));
  if (!values.empty()) {
    const std::vector<Index> start(shape().size(), 0);
    read_numbers(start, shape(), number_type<Number>(), values.data());
  }
  return values;
}

template <class Number>
void Array::read_block(std::span<const Index> start, std::span<const Index> count,
                       Number* out) const {
  require_numeric();
  MIXVAE_ASSERT(start.size() == shape().size() && count.size() == shape().size(),
                "a block has the array's dimensions");
  read_numbers(start, count, number_type<Number>(), out);
}

template std::vector<float> Array::numbers() const;
template std::vector<double> Array::numbers() const;
template std::vector<std::int32_t> Array::numbers() const;
template std::vector<std::int64_t> Array::numbers() const;
template void Array::read_block(std::span<const Index>, std::span<const Index>, float*) const;

}  // namespace mixvae::store
