#include "app/data_checksum.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/checksum.hpp"

namespace mixvae::app {
namespace {

template <class Number>
std::string_view bytes_of(std::span<const Number> numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size_bytes()};
}

std::uint64_t add(std::uint64_t sum, const CsrMatrix& matrix) {
  sum = checksum(bytes_of<Index>(matrix.offsets), sum);
  sum = checksum(bytes_of<std::int32_t>(matrix.column_numbers), sum);
  return checksum(bytes_of<float>(matrix.values), sum);
}

std::uint64_t add(std::uint64_t sum, const DenseMatrix& matrix) {
  return checksum(bytes_of<float>(matrix.values), sum);
}

std::uint64_t add(std::uint64_t sum, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    sum = checksum(name, sum);
  }
  return sum;
}

std::uint64_t add(std::uint64_t sum, const Table& table) {
  for (const Column& column : table.columns) {
    const Categorical labels = as_labels(column);
    sum = add(checksum(column.name, sum), labels.categories);
    sum = checksum(bytes_of<std::int32_t>(labels.codes), sum);
  }
  return sum;
}

std::uint64_t sum_of(const Dataset& dataset) {
  const std::vector<Index> shape{dataset.cell_count(), dataset.feature_count()};
  std::uint64_t sum = checksum(bytes_of<Index>(shape));
  sum = std::visit([sum](const auto& matrix) { return add(sum, matrix); }, dataset.x);
  return add(add(sum, dataset.cells.names), dataset.features.names);
}

std::string hexadecimal(std::uint64_t sum) {
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) {
    text += "0123456789abcdef"[(sum >> static_cast<unsigned>(shift)) & 15U];
  }
  return text;
}

}  // namespace

std::string data_checksum(const Dataset& dataset) { return hexadecimal(sum_of(dataset)); }

std::string annotated_checksum(const Dataset& dataset) {
  return hexadecimal(add(add(sum_of(dataset), dataset.cells), dataset.features));
}

}  // namespace mixvae::app
