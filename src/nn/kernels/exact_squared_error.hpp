#pragma once

#include "nn/kernels/output_layer.hpp"

namespace mixvae::nn::kernels {

/// What tiled_error computes, for a linear output and sparse targets, from small matrices
/// and sparse products alone (Vincent, de Brebisson, Bouthillier, "Efficient exact gradient update
/// for training deep networks with very large sparse targets", NIPS 2015). With h~ = [h, 1],
/// W~ = [W, b]', X the target and v the features' weights:
///   error = 1/2 (<h~ G, h~> - 2 <X diag(v) W~, h~> + <X diag(v), X>),  G = W~' diag(v) W~,
///   d/dh~ = h~ G - X diag(v) W~,  d/dW~ = diag(v) W~ Q - diag(v) X' h~,  Q = h~' h~.
/// Each cell's error is 1/2 sum_g v_g (mean - target)^2; `feature_weights` [D] may be null (all 1).
void exact_squared_error(const OutputLayer& layer, const float* feature_weights, float* errors,
                         const OutputGradients* gradients);

}  // namespace mixvae::nn::kernels
