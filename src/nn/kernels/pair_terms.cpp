#include "nn/kernels/pair_terms.hpp"

#include <algorithm>
#include <array>

#include "nn/kernels/vector_math.hpp"

namespace mixvae::nn::kernels {
namespace {

using Lanes = std::array<float, static_cast<std::size_t>(kLanes)>;

/// log(1 - p), to rounding also where p is so small that 1 - p is rounded.
[[gnu::always_inline]] inline Floats log_of_rest(const Floats& p, const Floats& rest) {
  return logarithm(rest) - (p - (1.0F - rest)) / rest;
}

/// Sixteen pairs: their terms; gradients replace p.
[[gnu::always_inline]] inline Floats lane_terms(const Floats& similarity, const Floats& weight,
                                                const PairFactors& factors, float epsilon,
                                                Floats& p) {
  const float most = 1.0F - epsilon;
  const Floats low = p < epsilon ? Floats{} + epsilon : p;
  const Floats bounded = low > most ? Floats{} + most : low;
  const Floats inside = bounded == p ? Floats{} + 1.0F : Floats{};
  const Floats rest = 1.0F - bounded;
  const Floats similar = weight * similarity;
  const Floats attraction = factors.attraction * similar;
  const Floats repulsion = factors.repulsion * (weight - similar);
  p = inside * (repulsion / rest - attraction / bounded);
  return -attraction * logarithm(bounded) - repulsion * log_of_rest(bounded, rest);
}

/// `count` <= 16 floats, and zeros.
[[gnu::always_inline]] inline Floats first_lanes(const float* values, std::int64_t count) {
  if (count == kLanes) {
    return lanes(values);
  }
  Lanes first{};
  std::copy_n(values, count, first.data());
  return lanes(first.data());
}

/// Weights of `count` <= 16 pairs from pair j on, and zeros.
[[gnu::always_inline]] inline Floats weight_lanes(const PairRow& row, std::int64_t j,
                                                  std::int64_t count) {
  constexpr Lanes kOnes{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  return first_lanes(row.weight == nullptr ? kOnes.data() : row.weight + j, count);
}

}  // namespace

MIXVAE_CLONES
void pair_weights(const PairRow& row, double* similar, double* different) {
  Floats similar_sums = {};
  Floats different_sums = {};
  for (std::int64_t j = 0; j < row.count; j += kLanes) {
    const std::int64_t left = std::min(row.count - j, kLanes);
    const Floats weight = weight_lanes(row, j, left);
    const Floats own = weight * first_lanes(row.similarity + j, left);
    similar_sums += own;
    different_sums += weight - own;
  }
  *similar += static_cast<double>(lane_sum(similar_sums));
  *different += static_cast<double>(lane_sum(different_sums));
}

MIXVAE_CLONES
double pair_terms(const PairRow& row, const PairFactors& factors, float epsilon, float* p) {
  Floats terms = {};
  for (std::int64_t j = 0; j < row.count; j += kLanes) {
    const std::int64_t left = std::min(row.count - j, kLanes);
    Floats value = first_lanes(p + j, left);
    terms += lane_terms(first_lanes(row.similarity + j, left), weight_lanes(row, j, left), factors,
                        epsilon, value);
    if (left == kLanes) {
      lanes(p + j) = value;
    } else {
      Lanes gradients;
      lanes(gradients.data()) = value;
      std::copy_n(gradients.data(), left, p + j);
    }
  }
  return static_cast<double>(lane_sum(terms));
}

}  // namespace mixvae::nn::kernels
