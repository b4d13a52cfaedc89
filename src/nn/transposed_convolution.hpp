#pragma once

#include <cstdint>

#include "nn/torch.hpp"

namespace mixvae::nn {

/// Transposed convolution of kernel 4 x 4, stride 2 and padding 1: images [B, G C, R, S] and weight
/// [G C, C', 4, 4] in G groups -> [B, G C', 2 R, 2 S]. It is the gradient of a convolution by its
/// input and computed as such, as is its own gradient: libtorch's convolutions run by oneDNN, its
/// transposed ones of version 1.13 do not and take up to twice the time.
torch::Tensor transposed_convolution(const torch::Tensor& images, const torch::Tensor& weight,
                                     std::int64_t groups);

}  // namespace mixvae::nn
