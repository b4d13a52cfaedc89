#include "training/matrix_batches.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/index.hpp"

namespace mixvae::training {

MatrixBatches::MatrixBatches(const Matrix& matrix, torch::Device device,
                             const nn::Execution& execution)
    : matrix_(matrix), device_(device), execution_(execution) {}

void MatrixBatches::deliver_sparse_rows() {
  MIXVAE_ASSERT(std::holds_alternative<CsrMatrix>(matrix_) && device_.is_cpu(),
                "sparse rows come from a sparse matrix and stay on the CPU");
  sparse_rows_ = true;
}

void MatrixBatches::make_resident(std::int64_t dense_bytes) {
  resident_.emplace(matrix_, device_, dense_bytes);
}

void MatrixBatches::set_counts(const CsrMatrix& counts, std::span<const float> library) {
  MIXVAE_ASSERT(counts.rows == cells() && std::ssize(library) == cells(),
                "counts and libraries are of the same cells");
  counts_ = &counts;
  library_ = library;
}

void MatrixBatches::set_prior(const torch::Tensor& prior) {
  MIXVAE_ASSERT(prior.dim() == 2 && prior.size(0) == cells(), "a prior has one row per cell");
  prior_ = prior.to(device_);
}

void MatrixBatches::set_start(const torch::Tensor& start, const torch::Tensor& weight) {
  MIXVAE_ASSERT(!start.defined() || (start.dim() == 2 && start.size(1) == cells()),
                "a start has one type per cell");
  MIXVAE_ASSERT(!weight.defined() || weight.sizes() == start.sizes(), "one weight per type");
  start_ = start.defined() ? start.to(device_) : start;
  start_weight_ = weight.defined() ? weight.to(device_) : weight;
}

void MatrixBatches::set_state_start(const torch::Tensor& states) {
  MIXVAE_ASSERT(!states.defined() || (states.dim() == 2 && states.size(0) == cells()),
                "starting states have one row per cell");
  state_start_ = states.defined() ? states.to(device_) : states;
}

void MatrixBatches::set_known_types(const torch::Tensor& types) {
  MIXVAE_ASSERT(types.dim() == 2 && types.size(1) == cells(), "one known type per cell");
  known_ = types.to(device_);
}

void MatrixBatches::set_similarity(const Similarity* similarity) {
  MIXVAE_ASSERT(similarity == nullptr || similarity->cells() == cells(),
                "similarities are of the same cells");
  similarity_ = similarity;
}

std::int64_t MatrixBatches::bytes() const {
  if (const auto* dense = std::get_if<DenseMatrix>(&matrix_)) {
    return static_cast<std::int64_t>(dense->values.size() * sizeof(float));
  }
  const auto& sparse = std::get<CsrMatrix>(matrix_);
  return static_cast<std::int64_t>(sparse.values.size() * (sizeof(float) + sizeof(std::int32_t)) +
                                   sparse.offsets.size() * sizeof(Index));
}

models::Batch MatrixBatches::training_batch(std::span<const Index> rows, std::uint64_t step) {
  models::Batch batch = gather(rows, training_buffer_);
  batch.step = step;
  augment(rows, batch);
  deliver(batch);
  return batch;
}

models::Batch MatrixBatches::evaluation_batch(std::span<const Index> rows) {
  models::Batch batch = gather(rows, evaluation_buffer_);
  deliver(batch);
  return batch;
}

models::Batch MatrixBatches::copies_batch(std::span<const Index> rows) {
  models::Batch batch = gather(rows, evaluation_buffer_);
  augment(rows, batch);
  deliver(batch);
  return batch;
}

void MatrixBatches::augment(std::span<const Index> rows, models::Batch& batch) const {
  if (augmentation_) {
    augmentation_(rows, batch, resident_ ? &*resident_ : nullptr);
  }
}

models::Batch MatrixBatches::gather(std::span<const Index> rows, Buffer& buffer) const {
  models::Batch batch;
  batch.execution = execution_;
  models::View& view = batch.only();
  if (sparse_rows_) {
    gather_rows(std::get<CsrMatrix>(matrix_), rows, buffer.sparse);
    view.sparse_x = nn::sparse_rows(buffer.sparse);
  } else {
    gather_dense(rows, buffer.dense);
    view.x = buffer.dense;
  }
  add_counts(rows, view);
  add_facts(rows, batch);
  add_similarity(rows, batch);
  return batch;
}

void MatrixBatches::gather_dense(std::span<const Index> rows, torch::Tensor& buffer) const {
  const auto count = static_cast<std::int64_t>(rows.size());
  if (!buffer.defined() || buffer.size(0) != count) {
    buffer = torch::empty({count, column_count(matrix_)},
                          torch::TensorOptions().device(resident_ ? device_ : torch::kCPU));
  }
  if (resident_) {
    resident_->gather(rows, row_numbers(rows, device_), buffer);
  } else {
    gather_rows(matrix_, rows,
                {buffer.data_ptr<float>(), static_cast<std::size_t>(buffer.numel())});
  }
}

/// What is known of the cells besides their values.
void MatrixBatches::add_facts(std::span<const Index> rows, models::Batch& batch) const {
  if (!prior_.defined() && !start_.defined() && !state_start_.defined() && !known_.defined()) {
    return;
  }
  const torch::Tensor numbers = row_numbers(rows, device_);
  batch.prior = prior_.defined() ? prior_.index_select(0, numbers) : torch::Tensor();
  batch.start = start_.defined() ? start_.index_select(1, numbers) : torch::Tensor();
  batch.known = known_.defined() ? known_.index_select(1, numbers) : torch::Tensor();
  batch.start_weight =
      start_weight_.defined() ? start_weight_.index_select(1, numbers) : torch::Tensor();
  batch.state_start =
      state_start_.defined() ? state_start_.index_select(0, numbers).unsqueeze(0) : torch::Tensor();
}

void MatrixBatches::add_counts(std::span<const Index> rows, models::View& view) const {
  if (counts_ == nullptr) {
    return;
  }
  const auto count = static_cast<std::int64_t>(rows.size());
  view.counts = host_buffer({count, counts_->columns});
  gather_rows(*counts_, rows,
              {view.counts.data_ptr<float>(), static_cast<std::size_t>(view.counts.numel())});
  view.library = host_buffer({count});
  std::ranges::transform(rows, view.library.data_ptr<float>(),
                         [this](Index row) { return library_[at(row)]; });
}

void MatrixBatches::add_similarity(std::span<const Index> rows, models::Batch& batch) const {
  if (similarity_ == nullptr) {
    return;
  }
  const auto count = static_cast<std::int64_t>(rows.size());
  batch.similarity = host_buffer({count, count});
  batch.similarity_weight = host_buffer({count, count});
  const std::size_t pairs = rows.size() * rows.size();
  similarity_->fill(rows, {batch.similarity.data_ptr<float>(), pairs},
                    {batch.similarity_weight.data_ptr<float>(), pairs});
}

/// Memory that a CUDA device can copy from while the host goes on.
torch::Tensor MatrixBatches::host_buffer(at::IntArrayRef shape) const {
  return torch::empty(shape, torch::TensorOptions().pinned_memory(device_.is_cuda()));
}

void MatrixBatches::deliver(models::Batch& batch) const {
  if (device_.is_cpu()) {
    return;
  }
  models::for_each_tensor(batch, [this](torch::Tensor& tensor) {
    if (tensor.defined()) {
      tensor = tensor.to(device_, /*non_blocking=*/true);
    }
  });
}

}  // namespace mixvae::training
