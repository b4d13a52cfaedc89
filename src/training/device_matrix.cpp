#include "training/device_matrix.hpp"

#include <algorithm>
#include <numeric>

#include "base/error.hpp"

namespace mixvae::training {
namespace {

/// Rows that are made dense at a time while a sparse matrix moves to the device.
constexpr Index kChunk = 4096;

template <class Element>
torch::Tensor on_device(const std::vector<Element>& values, torch::Device device) {
  // from_blob wants a mutable pointer; the tensor is only read.
  torch::Tensor view = torch::from_blob(const_cast<Element*>(values.data()),
                                        {static_cast<std::int64_t>(values.size())},
                                        c10::CppTypeToScalarType<Element>::value);
  return view.to(device, /*non_blocking=*/false, /*copy=*/true);
}

std::int64_t dense_size(const Matrix& matrix) {
  return row_count(matrix) * column_count(matrix) * static_cast<std::int64_t>(sizeof(float));
}

}  // namespace

torch::Tensor row_numbers(std::span<const Index> rows, torch::Device device) {
  const auto options = torch::TensorOptions().dtype(torch::kInt64);
  const torch::Tensor numbers = torch::empty({static_cast<std::int64_t>(rows.size())},
                                             options.pinned_memory(device.is_cuda()));
  std::ranges::copy(rows, numbers.data_ptr<std::int64_t>());
  return numbers.to(device, /*non_blocking=*/true);
}

DeviceMatrix::DeviceMatrix(const Matrix& matrix, torch::Device device, std::int64_t dense_bytes)
    : matrix_(matrix), device_(device) {
  if (std::holds_alternative<DenseMatrix>(matrix) || dense_size(matrix) <= dense_bytes) {
    store_dense(matrix);
  } else {
    store_sparse(std::get<CsrMatrix>(matrix));
  }
}

void DeviceMatrix::store_dense(const Matrix& matrix) {
  const Index rows = row_count(matrix);
  dense_ = torch::empty({rows, column_count(matrix)}, torch::TensorOptions().device(device_));
  for (Index begin = 0; begin < rows; begin += kChunk) {
    const Index count = std::min(kChunk, rows - begin);
    std::vector<Index> numbers(static_cast<std::size_t>(count));
    std::iota(numbers.begin(), numbers.end(), begin);
    torch::Tensor part = torch::empty({count, column_count(matrix)});
    gather_rows(matrix, numbers, {part.data_ptr<float>(), static_cast<std::size_t>(part.numel())});
    dense_.narrow(0, begin, count).copy_(part);
  }
}

void DeviceMatrix::store_sparse(const CsrMatrix& matrix) {
  offsets_ = on_device(matrix.offsets, device_);
  columns_ = on_device(matrix.column_numbers, device_);
  values_ = on_device(matrix.values, device_);
}

std::int64_t DeviceMatrix::bytes() const {
  std::int64_t sum = 0;
  for (const torch::Tensor& tensor : {dense_, offsets_, columns_, values_}) {
    sum += tensor.defined() ? static_cast<std::int64_t>(tensor.nbytes()) : 0;
  }
  return sum;
}

void DeviceMatrix::gather(std::span<const Index> rows, const torch::Tensor& numbers,
                          const torch::Tensor& out) const {
  const torch::NoGradGuard no_grad;
  if (is_dense()) {
    torch::Tensor target = out;
    at::index_select_out(target, dense_, 0, numbers);
    return;
  }
  const auto& offsets = std::get<CsrMatrix>(matrix_).offsets;
  std::int64_t count = 0;
  for (const Index row : rows) {
    const auto r = static_cast<std::size_t>(row);
    count += offsets[r + 1] - offsets[r];
  }
  const torch::Tensor begins = offsets_.index_select(0, numbers);
  const torch::Tensor lengths = offsets_.index_select(0, numbers + 1) - begins;
  // [count] the row of each value
  const torch::Tensor row =
      torch::arange(out.size(0), numbers.options()).repeat_interleave(lengths, 0, count);
  const torch::Tensor shift = begins - (lengths.cumsum(0) - lengths);
  const torch::Tensor place = torch::arange(count, row.options()) + shift.index_select(0, row);
  const torch::Tensor target = row * out.size(1) + columns_.index_select(0, place);
  out.zero_().view({-1}).scatter_(0, target, values_.index_select(0, place));
}

}  // namespace mixvae::training
