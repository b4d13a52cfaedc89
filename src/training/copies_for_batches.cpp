#include "training/copies_for_batches.hpp"

#include <optional>
#include <utility>

#include "training/device_copies.hpp"

namespace mixvae::training {

CopiesForBatches::CopiesForBatches(const CopyMaker& copies, Index arms, bool original_target)
    : copies_(copies), original_target_(original_target), sparse_(at(arms)) {}

void CopiesForBatches::operator()(std::span<const Index> rows, models::Batch& batch,
                                  const DeviceMatrix* resident) {
  models::View& view = batch.only();
  if (view.is_sparse()) {
    add_sparse(rows, batch.step, view);
    return;
  }
  if (resident == nullptr || !add_on_device(rows, *resident, batch.step, view)) {
    add_dense(rows, batch.step, view);
  }
  if (original_target_) {
    view.target = view.x.unsqueeze(0);
  }
}

/// False where these copies are more than changed rows.
bool CopiesForBatches::add_on_device(std::span<const Index> rows, const DeviceMatrix& resident,
                                     std::uint64_t step, models::View& view) {
  std::vector<RowCopies> of_arms;
  for (Index a = 0; a < arms(); ++a) {
    std::optional<RowCopies> copies = copies_.row_copies(a, step, rows);
    if (!copies) {
      return false;
    }
    of_arms.push_back(std::move(*copies));
  }
  const std::vector<std::int64_t> shape{arms(), view.x.size(0), view.x.size(1)};
  if (!on_device_.defined() || on_device_.sizes() != shape) {
    on_device_ = torch::empty(shape, view.x.options());
  }
  write_row_copies(resident, of_arms, step, on_device_);
  view.inputs = on_device_;
  return true;
}

void CopiesForBatches::add_dense(std::span<const Index> rows, std::uint64_t step,
                                 models::View& view) const {
  view.inputs = torch::empty({arms(), view.x.size(0), view.x.size(1)},
                             torch::TensorOptions().pinned_memory(view.x.is_cuda()));
  const std::size_t size = at(view.x.numel());
  for (Index a = 0; a < arms(); ++a) {
    copies_.fill(a, step, rows, {view.inputs.data_ptr<float>() + at(a) * size, size});
  }
}

void CopiesForBatches::add_sparse(std::span<const Index> rows, std::uint64_t step,
                                  models::View& view) {
  for (Index a = 0; a < arms(); ++a) {
    copies_.fill_sparse(a, step, rows, sparse_[at(a)]);
    view.sparse_inputs.push_back(nn::sparse_rows(sparse_[at(a)]));
  }
  if (original_target_) {
    view.sparse_target = {view.sparse_x};
  }
}

}  // namespace mixvae::training
