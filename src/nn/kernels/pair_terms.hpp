#pragma once

#include <cstdint>

namespace mixvae::nn::kernels {

/// One row of pairs of cells: given similarities in [0, 1] and weights (may be null: all 1).
struct PairRow {
  std::int64_t count;
  const float* similarity;
  const float* weight;
};

/// Adds to *similar the weight of similar pairs (weight times similarity), to *different the rest
/// of all weight.
void pair_weights(const PairRow& row, double* similar, double* different);

/// What the two parts of the cross-entropy are multiplied by.
struct PairFactors {
  float attraction;  // of -S W log p
  float repulsion;   // of -(1 - S) W log(1 - p)
};

/// Returns the sum over a row's pairs of both parts for the probabilities p, kept `epsilon` away
/// from 0 and 1; puts the gradients by p in their place (0 where p lies outside).
double pair_terms(const PairRow& row, const PairFactors& factors, float epsilon, float* p);

}  // namespace mixvae::nn::kernels
