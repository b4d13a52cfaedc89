#pragma once

#include <cstdint>
#include <vector>

#include "nn/torch.hpp"

namespace mixvae::nn {

/// Gathers the parameters of a model in one flat tensor and their gradients in another, so that the
/// optimiser's step, a copy or a comparison of all parameters is one pass. The parameters become
/// views of the flat storage (each starts on a 64-byte boundary; the gaps hold zeros), in place:
/// whoever holds one sees no change. Backward passes add to the gradients, which the optimiser's
/// step sets to zero again.
class ParameterBank {
 public:
  /// Leaf tensors of one type and device. To be built after the model has moved to its device; a
  /// parameter that is given new storage later must be followed by a new bank.
  explicit ParameterBank(const std::vector<torch::Tensor>& parameters);

  torch::Tensor& values() { return values_; }        // [P] all parameters
  torch::Tensor& gradients() { return gradients_; }  // [P]
  std::int64_t size() const { return values_.numel(); }
  /// What belongs to the parameter number i of a tensor laid out like values() (a moment), in the
  /// parameter's shape; shares memory with it.
  torch::Tensor part_of(const torch::Tensor& flat, std::size_t i) const;

 private:
  torch::Tensor values_;
  torch::Tensor gradients_;
  std::vector<std::int64_t> offsets_;
  std::vector<std::vector<std::int64_t>> shapes_;
};

}  // namespace mixvae::nn
