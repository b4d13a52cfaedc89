#include "training/matrix_batches.hpp"

#include "base/error.hpp"

namespace mixvae::training {

MatrixBatches::MatrixBatches(const Matrix& matrix, torch::Device device)
    : matrix_(matrix), device_(device) {}

void MatrixBatches::set_prior(torch::Tensor prior) {
  MIXVAE_ASSERT(prior.dim() == 2 && prior.size(0) == cells(), "a prior has one row per cell");
  prior_ = std::move(prior);
}

void MatrixBatches::set_start(torch::Tensor start, torch::Tensor weight) {
  MIXVAE_ASSERT(!start.defined() || (start.dim() == 2 && start.size(1) == cells()),
                "a start has one type per cell");
  MIXVAE_ASSERT(!weight.defined() || weight.sizes() == start.sizes(), "one weight per type");
  start_ = std::move(start);
  start_weight_ = std::move(weight);
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
  if (augmentation_) {
    augmentation_(rows, batch);
  }
  deliver(batch);
  return batch;
}

models::Batch MatrixBatches::evaluation_batch(std::span<const Index> rows) {
  models::Batch batch = gather(rows, evaluation_buffer_);
  deliver(batch);
  return batch;
}

models::Batch MatrixBatches::gather(std::span<const Index> rows, torch::Tensor& buffer) {
  const auto count = static_cast<std::int64_t>(rows.size());
  if (!buffer.defined() || buffer.size(0) != count) {
    buffer = torch::empty({count, column_count(matrix_)});
  }
  gather_rows(matrix_, rows, {buffer.data_ptr<float>(), static_cast<std::size_t>(buffer.numel())});
  models::Batch batch;
  batch.x = buffer;
  if (prior_.defined() || start_.defined()) {
    torch::Tensor numbers = torch::empty({count}, torch::kInt64);
    std::copy(rows.begin(), rows.end(), numbers.data_ptr<std::int64_t>());
    batch.prior = prior_.defined() ? prior_.index_select(0, numbers) : torch::Tensor();
    batch.start = start_.defined() ? start_.index_select(1, numbers) : torch::Tensor();
    batch.start_weight =
        start_weight_.defined() ? start_weight_.index_select(1, numbers) : torch::Tensor();
  }
  return batch;
}

void MatrixBatches::deliver(models::Batch& batch) const {
  if (device_.is_cpu()) {
    return;
  }
  for (torch::Tensor* tensor :
       {&batch.x, &batch.inputs, &batch.target, &batch.prior, &batch.start, &batch.start_weight}) {
    if (tensor->defined()) {
      *tensor = tensor->to(device_);
    }
  }
}

}  // namespace mixvae::training
