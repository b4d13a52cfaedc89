#include "training/fixed_batch.hpp"

#include <vector>

#include "base/error.hpp"

namespace mixvae::training {
void FixedBatch::set(const models::Batch& batch) {
  for (const models::View& view : batch.views) {
    MIXVAE_ASSERT(!view.is_sparse(), "a device gets dense batches");
  }
  MIXVAE_ASSERT(!fixed_.only().x.defined() || fixed_.views.size() == batch.views.size(),
                "batches of one phase have the same views");
  const bool first = !fixed_.only().x.defined();
  if (first) {
    fixed_ = batch;
    fixed_.step_on_device = torch::zeros({}, batch.only().x.options().dtype(torch::kInt64));
  }
  std::vector<torch::Tensor> places;
  models::for_each_tensor(fixed_, [&](torch::Tensor& place) { places.push_back(place); });
  auto place = places.begin();
  models::for_each_tensor(batch, [&](const torch::Tensor& value) {
    take_over(value, *place);
    ++place;
  });
  fixed_.step = batch.step;
  fixed_.execution = batch.execution;
  fixed_.execution.repeatable = true;
  fixed_.step_on_device.fill_(static_cast<std::int64_t>(batch.step));
}

void FixedBatch::take_over(const torch::Tensor& value, torch::Tensor& place) {
  MIXVAE_ASSERT(
      value.defined() == place.defined() && (!value.defined() || value.sizes() == place.sizes()),
      "batches of one phase have the same tensors");
  if (value.defined() && value.data_ptr() != place.data_ptr()) {
    place.copy_(value, /*non_blocking=*/true);
  }
}

}  // namespace mixvae::training
