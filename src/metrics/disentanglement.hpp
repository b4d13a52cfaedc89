#pragma once

#include <cstdint>
#include <vector>

#include "base/index.hpp"
#include "data/matrix.hpp"

namespace mixvae::metrics {

// The disentanglement score of CascadeVAE (Jeong and Song, "Learning discrete and continuous
// factors of data via alternating disentanglement", ICML 2019), after Kim and Mnih's (FactorVAE,
// ICML 2018). Letters: N images, S states, F factors.

/// A model's latents of N images.
struct LatentCode {
  DenseMatrix mean;                 // [N, S] of q(s|x)
  DenseMatrix variance;             // [N, S]
  std::vector<std::int32_t> types;  // [N] a discrete latent, or empty: there is none
};

struct DisentanglementOptions {
  Index votes = 800;       // for all factors together, as many for each
  Index images = 100;      // of which each vote is made
  double active_kl = 0.1;  // nats; states whose mean KL divergence from N(0, 1) is not above it do
                           // not vote
  std::uint64_t seed = 0;
};

/// Images that have one value of a factor in common.
struct FactorVote {
  std::size_t factor = 0;
  std::vector<Index> images;
};

/// The votes of a seed: for each factor of more than one value the same number, each with a value
/// chosen uniformly among those that images have, and images drawn uniformly from those of this
/// value, with replacement. In a set of all combinations of values the other factors are so uniform
/// and independent. Factors are codes from 0 [F][N]. Votes of another `round` are independent.
/// Throws InputError for a factor without a value somewhere, or where all have one value; Bug for
/// unequal lengths.
std::vector<FactorVote> factor_votes(const std::vector<std::vector<std::int32_t>>& factors,
                                     const DisentanglementOptions& options, std::uint64_t round);

struct Disentanglement {
  double score = 0;              // of the classifier on the votes that made it, as published
  double held_out = 0;           // on as many votes of their own
  std::vector<bool> active;      // [S] states that vote
  std::vector<double> state_kl;  // [S] mean over images, nats
  std::vector<Index> counts;     // [S + 1, F] votes of each latent (the type last) for each factor
  Index votes = 0;               // in all
};

/// In each vote the latent whose dispersion among its images is the smallest share of its
/// dispersion among all images votes for the factor: of states the unbiased variance of the mean,
/// of types the Gini dispersion (n^2 - sum_k n_k^2) / (2 n (n - 1)). A latent predicts the factor
/// for which it votes most (the first of equals); the score is the share of votes predicted right.
/// Where nothing varies or votes, 1 over the number of factors with several values. Throws as
/// factor_votes, and Bug for unequal lengths.
Disentanglement disentanglement(const LatentCode& code,
                                const std::vector<std::vector<std::int32_t>>& factors,
                                const DisentanglementOptions& options = {});

}  // namespace mixvae::metrics
