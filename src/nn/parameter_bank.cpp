#include "nn/parameter_bank.hpp"

#include "base/error.hpp"

namespace mixvae::nn {
namespace {

constexpr std::int64_t kAlignmentBytes = 64;

std::int64_t padded_size(const torch::Tensor& tensor) {
  const std::int64_t step = kAlignmentBytes / static_cast<std::int64_t>(tensor.element_size());
  return (tensor.numel() + step - 1) / step * step;
}

}  // namespace

ParameterBank::ParameterBank(const std::vector<torch::Tensor>& parameters) {
  MIXVAE_ASSERT(!parameters.empty(), "a model has parameters");
  const torch::NoGradGuard no_grad;
  const torch::TensorOptions options = parameters.front().detach().options();
  std::int64_t total = 0;
  for (const torch::Tensor& parameter : parameters) {
    MIXVAE_ASSERT(parameter.is_leaf() && parameter.requires_grad(), "parameters are leaf tensors");
    MIXVAE_ASSERT(parameter.scalar_type() == options.dtype().toScalarType() &&
                      parameter.device() == options.device(),
                  "parameters are of one type and on one device");
    total += padded_size(parameter);
  }
  values_ = torch::zeros({total}, options);
  gradients_ = torch::zeros({total}, options);
  std::int64_t offset = 0;
  for (const torch::Tensor& parameter : parameters) {
    const torch::Tensor view = values_.narrow(0, offset, parameter.numel()).view(parameter.sizes());
    view.copy_(parameter.detach());
    parameter.set_data(view);
    parameter.mutable_grad() =
        gradients_.narrow(0, offset, parameter.numel()).view(parameter.sizes());
    offsets_.push_back(offset);
    shapes_.push_back(parameter.sizes().vec());
    offset += padded_size(parameter);
  }
}

torch::Tensor ParameterBank::part_of(const torch::Tensor& flat, std::size_t i) const {
  std::int64_t size = 1;
  for (const std::int64_t length : shapes_[i]) {
    size *= length;
  }
  return flat.narrow(0, offsets_[i], size).view(shapes_[i]);
}

}  // namespace mixvae::nn
