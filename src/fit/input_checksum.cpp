#include "fit/input_checksum.hpp"

#include <cstdint>
#include <cstdio>
#include <string_view>
#include <vector>

#include "base/checksum.hpp"

namespace mixvae::fit {
namespace {

template <class Number>
std::uint64_t add_numbers(const std::vector<Number>& numbers, std::uint64_t sum) {
  return checksum({reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number)},
                  sum);
}

std::uint64_t add_matrix(const DenseMatrix& matrix, std::uint64_t sum) {
  return add_numbers(matrix.values,
                     add_numbers(std::vector<Index>{matrix.rows, matrix.columns}, sum));
}

std::uint64_t add_matrix(const CsrMatrix& matrix, std::uint64_t sum) {
  sum = add_numbers(std::vector<Index>{matrix.rows, matrix.columns}, sum);
  sum = add_numbers(matrix.column_numbers, add_numbers(matrix.offsets, sum));
  return add_numbers(matrix.values, sum);
}

}  // namespace

std::string input_checksum(const FitInput& input, const DenseMatrix* embedding) {
  std::uint64_t sum = std::visit([](const auto& x) { return add_matrix(x, 0); }, input.prepared.x);
  sum = add_matrix(input.prior, add_numbers(input.batches.of_cell, add_numbers(input.known, sum)));
  if (embedding != nullptr) {
    sum = add_matrix(*embedding, sum);
  }
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(sum));
  return text;
}

}  // namespace mixvae::fit
