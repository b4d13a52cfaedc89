#pragma once

#include <cstdint>

namespace mixvae::nn::kernels {

/// How rows of logits become types (nn::type_posterior, nn::gumbel_softmax).
struct TypeSettings {
  std::int64_t types;   // K
  const float* inside;  // [padded(K)] 1 for types, 0 for the rest of the last vector
  const float* kept;    // [padded(K)] 1 for types that are not pruned
  bool twice;
  bool exact;
  float tau;
  float epsilon;
  float temperature;
};

/// Rows [rows, K]: what the forward pass leaves.
struct TypeRows {
  float* first;   // softmax of the logits, for the head that takes it twice
  float* q;       // the posterior
  float* log_q;   // its logarithm
  float* sample;  // the relaxed sample
};

/// From `rows` rows of logits and of uniform random numbers in (0, 1), [rows, K].
void type_rows(const TypeSettings& settings, std::int64_t rows, const float* logits,
               const float* uniform, const TypeRows& out);

/// The gradients by the logits from those by q, log_q and sample (in that order in `gradients`).
void type_row_gradients(const TypeSettings& settings, std::int64_t rows, const TypeRows& values,
                        const float* const gradients[3], float* out);

}  // namespace mixvae::nn::kernels
