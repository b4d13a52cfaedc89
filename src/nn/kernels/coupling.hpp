#pragma once

#include <cstdint>

namespace mixvae::nn::kernels {

/// Posteriors of all arms, [A, B, K]; `rows` cells from the one that the pointers show on.
struct CouplingRows {
  std::int64_t arms;
  std::int64_t types;
  std::int64_t rows;
  std::int64_t arm_stride;  // B K
  const float* q;
  const float* log_q;
  const float* scale;  // [A, K] w: an arm's coordinates are u = w log q
};

/// Sums over the rows: of sum_a |u_a - mean u|^2 into `distance`, of sum_k q log q into `entropy`
/// [A], and of (u_a - mean u) log q into `by_scale` [A, K]. All are overwritten.
void coupling_sums(const CouplingRows& rows, double* distance, double* entropy, float* by_scale);

/// What the gradients are made of.
struct CouplingFactors {
  float distance;         // of (u_a - mean u) w in the gradient by log q
  const float* entropy;   // [A] of q in the gradient by log q, of log q in that by q
  const float* variance;  // [A, K] of q - mean in the gradient by q
  const float* mean;      // [A, K]
};

/// The gradients by q and log_q of these rows, in arrays like them.
void coupling_slopes(const CouplingRows& rows, const CouplingFactors& factors, float* by_q,
                     float* by_log_q);

}  // namespace mixvae::nn::kernels
