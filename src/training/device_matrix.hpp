#pragma once

#include <cstdint>
#include <span>

#include "data/matrix.hpp"
#include "nn/torch.hpp"

namespace mixvae::training {

/// The numbers of rows as a tensor [B] int64 on a device. Does not wait for a CUDA device: the copy
/// leaves from pinned memory.
torch::Tensor row_numbers(std::span<const Index> rows, torch::Device device);

/// A matrix that lives on a device, from which rows are gathered there: dense where that is small
/// enough, otherwise in compressed rows.
class DeviceMatrix {
 public:
  /// Bytes up to which a matrix is kept dense.
  static constexpr std::int64_t kDenseBytes = std::int64_t{4} << 30;

  /// Copies the matrix [N, D] to the device.
  DeviceMatrix(const Matrix& matrix, torch::Device device, std::int64_t dense_bytes = kDenseBytes);

  bool is_dense() const { return dense_.defined(); }
  torch::Device device() const { return device_; }
  /// What the matrix takes on the device.
  std::int64_t bytes() const;

  /// Writes the rows to out, [B, D] float on the device; `numbers` are the same rows as
  /// row_numbers().
  void gather(std::span<const Index> rows, const torch::Tensor& numbers,
              const torch::Tensor& out) const;

 private:
  void store_dense(const Matrix& matrix);
  void store_sparse(const CsrMatrix& matrix);

  const Matrix& matrix_;  // on the host: its row offsets tell how many values a batch has
  torch::Device device_;
  torch::Tensor dense_;    // [N, D], or undefined
  torch::Tensor offsets_;  // [N + 1] int64
  torch::Tensor columns_;  // [nnz] int32
  torch::Tensor values_;   // [nnz]
};

}  // namespace mixvae::training
