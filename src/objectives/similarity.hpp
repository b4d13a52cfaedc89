#pragma once

#include <optional>

#include "nn/execution.hpp"
#include "nn/torch.hpp"

namespace mixvae::objectives {

/// Probabilities of two cells having the same type are kept this far from 0 and 1.
constexpr double kPairEpsilon = 1e-7;

/// Which parts of the binary cross-entropy count: both, or -S log p alone, which is what the paper
/// of MoE-Sim-VAE prints.
enum class SimilarityParts { both, positive };

/// Binary cross-entropy between given similarities S of the batch's cells and the probability P P^T
/// that two cells are of the same type (MoE-Sim-VAE; docs/equations.md, similarity):
///   mean over pairs of -(S_ij log p_ij + (1 - S_ij) log(1 - p_ij)),  p_ij = sum_k q_ik q_jk,
/// one value per arm. `q` [A, B, K]; `similarity` [B, B] in [0, 1]; `weight` [B, B] >= 0, or
/// undefined: every pair counts 1 (a pair that nothing is known of has weight 0; without any weight
/// the term is 0). `similar_share`, where given, is the share of all weight that similar pairs
/// carry (S and 1 - S are then averaged apart), however rare they are. With `positive` parts the
/// second summand is left out. As a kernel (fused_similarity.hpp) where the execution has it so.
torch::Tensor similarity_term(const torch::Tensor& q, const torch::Tensor& similarity,
                              const torch::Tensor& weight = {},
                              std::optional<double> similar_share = {},
                              SimilarityParts parts = SimilarityParts::both,
                              const nn::Execution& execution = {.fused = false});

}  // namespace mixvae::objectives
