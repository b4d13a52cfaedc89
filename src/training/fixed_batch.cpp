#include "training/fixed_batch.hpp"

#include <array>

#include "base/error.hpp"

namespace mixvae::training {
namespace {

constexpr std::array tensors_of_a_batch = {
    &models::Batch::x,           &models::Batch::inputs,
    &models::Batch::target,      &models::Batch::prior,
    &models::Batch::start,       &models::Batch::start_weight,
    &models::Batch::state_start, &models::Batch::known,
    &models::Batch::similarity,  &models::Batch::similarity_weight};

}  // namespace

void FixedBatch::set(const models::Batch& batch) {
  MIXVAE_ASSERT(!batch.is_sparse(), "a device gets dense batches");
  const bool first = !fixed_.x.defined();
  if (first) {
    fixed_.step_on_device = torch::zeros({}, batch.x.options().dtype(torch::kInt64));
  }
  for (const auto member : tensors_of_a_batch) {
    const torch::Tensor& value = batch.*member;
    torch::Tensor& place = fixed_.*member;
    if (first) {
      place = value;
      continue;
    }
    MIXVAE_ASSERT(
        value.defined() == place.defined() && (!value.defined() || value.sizes() == place.sizes()),
        "batches of one phase have the same tensors");
    if (value.defined() && value.data_ptr() != place.data_ptr()) {
      place.copy_(value, /*non_blocking=*/true);
    }
  }
  fixed_.step_on_device.fill_(static_cast<std::int64_t>(batch.step));
}

}  // namespace mixvae::training
