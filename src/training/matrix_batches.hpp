#pragma once

#include <functional>

#include "training/batch_source.hpp"

namespace mixvae::training {

/// Batches gathered from a matrix in memory, dense or sparse; only the batch is ever dense.
class MatrixBatches : public BatchSource {
 public:
  /// Adds copies for each arm (batch.inputs, batch.target) to a batch of these rows, whose x is on
  /// the CPU.
  using Augmentation = std::function<void(std::span<const Index> rows, models::Batch& batch)>;

  /// The matrix must outlive the object; batches are delivered on the device.
  explicit MatrixBatches(const Matrix& matrix, torch::Device device = torch::kCPU);

  void set_augmentation(Augmentation augmentation) { augmentation_ = std::move(augmentation); }
  /// [cells, K] reference prior over types.
  void set_prior(torch::Tensor prior);
  /// Starting types [A or 1, cells] int64 and their weights of the same shape (undefined: 1);
  /// undefined types end the start.
  void set_start(torch::Tensor start, torch::Tensor weight);

  Index cells() const override { return row_count(matrix_); }
  std::int64_t bytes() const override;
  models::Batch training_batch(std::span<const Index> rows, std::uint64_t step) override;
  models::Batch evaluation_batch(std::span<const Index> rows) override;

 private:
  models::Batch gather(std::span<const Index> rows, torch::Tensor& buffer);
  void deliver(models::Batch& batch) const;

  const Matrix& matrix_;
  torch::Device device_;
  Augmentation augmentation_;
  torch::Tensor prior_;
  torch::Tensor start_;
  torch::Tensor start_weight_;
  torch::Tensor training_buffer_;
  torch::Tensor evaluation_buffer_;
};

}  // namespace mixvae::training
