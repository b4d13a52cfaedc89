#pragma once

#include "nn/torch.hpp"
#include "nn/type_posterior.hpp"

namespace mixvae::objectives {

/// How far apart two arms' type posteriors are (cpl-mixVAE Eqs. 7-9; docs/equations.md, consensus
/// distance): `d_sigma` weighs log q of each type by the inverse batch standard deviation of q (no
/// centring), `aitchison` is the centred log-ratio distance, `euclidean` compares q itself, and
/// `agreement` is -log sum_k q_a q_b, minus the log-probability that types drawn from both arms are
/// equal (ours; it also makes posteriors confident).
enum class TypeDistance { d_sigma, aitchison, euclidean, agreement };

/// Sum over all pairs of arms of the mean squared distance between their posteriors: sum_{a<b}
/// mean_n d(q_a, q_b)^2. Computed as A times the spread of the arms' coordinates around their mean,
/// so the cost is linear in A. Gradients flow into every arm and through the batch variance.
/// `variance_floor` >= 0 is added to the batch variance besides epsilon (d_sigma). Zero for one
/// arm. Needs B >= 2 for d_sigma.
torch::Tensor consensus_distance(const nn::TypePosterior& posterior, TypeDistance distance,
                                 double variance_floor);

/// Negative entropy of the type posterior, mean_n sum_k q log q, one value per arm: [A, B, K] ->
/// [A].
torch::Tensor negative_entropy(const nn::TypePosterior& posterior);

/// Negative entropy of the batch-mean assignment, sum_k m_k log m_k with m = mean_n q, one value
/// per arm: [A, B, K] -> [A]. Lowest (-log K) when all types are used equally.
torch::Tensor negative_balance_entropy(const torch::Tensor& q);

/// Cross-entropy of the posterior against given types, weighted mean over the cells with a type:
/// one value per arm. `types` [A or 1, B] int64, -1 for a cell without one; `weights` [A or 1, B]
/// or undefined (all 1). Zero where all are -1.
torch::Tensor type_cross_entropy(const torch::Tensor& log_q, const torch::Tensor& types,
                                 const torch::Tensor& weights = {});

/// Binary cross-entropy between the posterior itself and given types as one-hot rows, mean over the
/// cells with a type and all K types, one value per arm: the "class prior" of MoE-Sim-VAE's
/// released code (docs/equations.md, known types). `types` [A or 1, B] int64, -1 for a cell without
/// one; q is kept 1e-7 from 0 and 1. Zero where all are -1.
torch::Tensor class_prior_term(const torch::Tensor& q, const torch::Tensor& types);

/// Binary cross-entropy between the straight-through one-hot of q and a reference prior [B, K] over
/// types, mean over cells and types, one value per arm (docs/equations.md, known types).
/// Logs are clamped at -100 as in the reference.
torch::Tensor reference_prior_term(const torch::Tensor& q, const torch::Tensor& prior);

}  // namespace mixvae::objectives
