#pragma once

#include <functional>
#include <optional>

#include "data/prepare/similarity.hpp"
#include "training/batch_source.hpp"
#include "training/device_matrix.hpp"

namespace mixvae::training {

/// Batches gathered from a matrix in memory, dense or sparse, for training, validation and
/// inference alike; only the batch is ever dense, and not even that where sparse rows are
/// delivered.
class MatrixBatches : public BatchSource {
 public:
  /// Adds copies for each arm (inputs and target, or sparse_inputs and sparse_target of a sparse
  /// batch) to a batch of these rows. `resident`: the matrix where it lives on the device, or null.
  /// What it adds may be on the CPU, whatever the device.
  using Augmentation = std::function<void(std::span<const Index> rows, models::Batch& batch,
                                          const DeviceMatrix* resident)>;

  /// The matrix must outlive the object; batches are delivered on the device, to be computed with
  /// as the execution says.
  explicit MatrixBatches(const Matrix& matrix, torch::Device device = torch::kCPU,
                         const nn::Execution& execution = {});

  /// From now on batches are sparse rows (Batch::is_sparse) in buffers that are used again. For
  /// sparse matrices on the CPU.
  void deliver_sparse_rows();
  /// From now on the matrix lives on the device too, and rows are gathered there; as dense values
  /// up to so many bytes.
  void make_resident(std::int64_t dense_bytes = DeviceMatrix::kDenseBytes);
  void set_augmentation(Augmentation augmentation) { augmentation_ = std::move(augmentation); }
  /// Raw counts [cells, G] of the features that are decoded, and each cell's library, for
  /// likelihoods of counts. Both must outlive their use here.
  void set_counts(const CsrMatrix& counts, std::span<const float> library);
  /// [cells, K] reference prior over types.
  void set_prior(const torch::Tensor& prior);
  /// Starting types [A or 1, cells] int64 and their weights of the same shape (undefined: 1);
  /// undefined types end the start.
  void set_start(const torch::Tensor& start, const torch::Tensor& weight);
  /// Starting states [cells, S]; undefined ends the start.
  void set_state_start(const torch::Tensor& states);
  /// Known types [1, cells] int64, -1 for none.
  void set_known_types(const torch::Tensor& types);
  /// Similarities of the batch's cells; null ends them. Must outlive their use here.
  void set_similarity(const Similarity* similarity);

  Index cells() const override { return row_count(matrix_); }
  std::int64_t bytes() const override;
  bool has_pairs() const override { return similarity_ != nullptr; }
  models::Batch training_batch(std::span<const Index> rows, std::uint64_t step) override;
  models::Batch evaluation_batch(std::span<const Index> rows) override;
  /// The same rows with their copies of step 0, where there are any. Valid until the next call.
  models::Batch copies_batch(std::span<const Index> rows);
  const nn::Execution& execution() const { return execution_; }

 private:
  /// What the next batch of a kind is written to.
  struct Buffer {
    torch::Tensor dense;
    CsrMatrix sparse;
  };

  models::Batch gather(std::span<const Index> rows, Buffer& buffer) const;
  void augment(std::span<const Index> rows, models::Batch& batch) const;
  void gather_dense(std::span<const Index> rows, torch::Tensor& buffer) const;
  void add_facts(std::span<const Index> rows, models::Batch& batch) const;
  void add_counts(std::span<const Index> rows, models::View& view) const;
  void add_similarity(std::span<const Index> rows, models::Batch& batch) const;
  void deliver(models::Batch& batch) const;
  torch::Tensor host_buffer(at::IntArrayRef shape) const;

  const Matrix& matrix_;
  torch::Device device_;
  nn::Execution execution_;
  Augmentation augmentation_;
  torch::Tensor prior_;
  torch::Tensor start_;
  torch::Tensor start_weight_;
  torch::Tensor state_start_;
  torch::Tensor known_;
  const Similarity* similarity_ = nullptr;
  const CsrMatrix* counts_ = nullptr;
  std::span<const float> library_;
  bool sparse_rows_ = false;
  std::optional<DeviceMatrix> resident_;
  Buffer training_buffer_;
  Buffer evaluation_buffer_;
};

}  // namespace mixvae::training
