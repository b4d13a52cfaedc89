#pragma once

#include <string>
#include <vector>

#include "nn/named_tensor.hpp"

namespace mixvae::support {

/// What a layer or a part keeps of that kind, in the order of its visit(); names begin with
/// `prefix`.
template <class Part>
std::vector<nn::NamedTensor> visited(Part& part, const std::string& prefix, nn::TensorKind kind) {
  std::vector<nn::NamedTensor> found;
  part.visit(prefix, [&](const std::string& name, torch::Tensor& tensor, nn::TensorKind its_kind) {
    if (its_kind == kind) {
      found.push_back({name, tensor});
    }
  });
  return found;
}

template <class Part>
std::vector<nn::NamedTensor> parameters_of(Part& part, const std::string& prefix = "part") {
  return visited(part, prefix, nn::TensorKind::parameter);
}

template <class Part>
std::vector<nn::NamedTensor> buffers_of(Part& part, const std::string& prefix = "part") {
  return visited(part, prefix, nn::TensorKind::buffer);
}

/// Converts all that it keeps to double precision.
template <class Part>
void to_double(Part& part) {
  part.visit("part", [](const std::string&, torch::Tensor& tensor, nn::TensorKind) {
    nn::convert_in_place(tensor, torch::TensorOptions().dtype(torch::kFloat64));
  });
}

}  // namespace mixvae::support
