#pragma once

#include "nn/kernels/output_layer.hpp"

namespace mixvae::nn::kernels {

/// What tiled_error computes, for a linear output and sparse targets, from small matrices
/// and sparse products alone (Vincent, de Brebisson, Bouthillier, "Efficient exact gradient update
/// for training deep networks with very large sparse targets", NIPS 2015). With h~ = [h, 1],
/// W~ = [W, b]' and X the target:
///   error = 1/2 (<h~ G, h~> - 2 <X W~, h~> + <X, X>),  G = W~' W~,
///   d/dh~ = h~ G - X W~,  d/dW~ = W~ Q - X' h~,  Q = h~' h~.
/// Each cell's error is 1/2 sum_g (mean - target)^2.
void exact_squared_error(const OutputLayer& layer, float* errors, const OutputGradients* gradients);

}  // namespace mixvae::nn::kernels
