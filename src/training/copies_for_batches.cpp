#include "training/copies_for_batches.hpp"

namespace mixvae::training {

CopiesForBatches::CopiesForBatches(const CopyMaker& copies, Index arms, bool original_target)
    : copies_(copies), original_target_(original_target), sparse_(at(arms)) {}

void CopiesForBatches::operator()(std::span<const Index> rows, models::Batch& batch) {
  models::View& view = batch.only();
  if (view.is_sparse()) {
    add_sparse(rows, batch.step, view);
  } else {
    add_dense(rows, batch.step, view);
  }
}

void CopiesForBatches::add_dense(std::span<const Index> rows, std::uint64_t step,
                                 models::View& view) const {
  const auto arms = static_cast<Index>(sparse_.size());
  view.inputs = torch::empty({arms, view.x.size(0), view.x.size(1)});
  const std::size_t size = at(view.x.numel());
  for (Index a = 0; a < arms; ++a) {
    copies_.fill(a, step, rows, {view.inputs.data_ptr<float>() + at(a) * size, size});
  }
  if (original_target_) {
    view.target = view.x.unsqueeze(0);
  }
}

void CopiesForBatches::add_sparse(std::span<const Index> rows, std::uint64_t step,
                                  models::View& view) {
  for (Index a = 0; a < static_cast<Index>(sparse_.size()); ++a) {
    copies_.fill_sparse(a, step, rows, sparse_[at(a)]);
    view.sparse_inputs.push_back(nn::sparse_rows(sparse_[at(a)]));
  }
  if (original_target_) {
    view.sparse_target = {view.sparse_x};
  }
}

}  // namespace mixvae::training
