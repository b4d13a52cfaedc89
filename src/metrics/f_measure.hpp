#pragma once

#include <optional>
#include <vector>

#include "metrics/accuracy.hpp"
#include "metrics/contingency.hpp"

namespace mixvae::metrics {

/// F1 of type r and cluster c: 2 n_rc / (n_r + n_c), in [0,1]; 0 where both are empty.
double f1(const Contingency& table, Index type, Index cluster);

/// Highest F1 of each type over all clusters [R]; NaN for a type without cells.
std::vector<double> best_f1(const Contingency& table);

/// F1 of each type with its matched cluster [R]; 0 for an unmatched type, NaN for a type without
/// cells.
std::vector<double> matched_f1(const Contingency& table, const Matching& matching);

/// The pairing of types and clusters with the highest sum of F1 (Hungarian method). Rare types
/// count as much as common ones, unlike in best_matching.
Matching best_f1_matching(const Contingency& table);

/// Mean of best_f1 weighted by type size, in [0,1]: the F-measure of FlowCAP and MoE-Sim-VAE
/// (docs/equations.md, metrics).
double f_weighted(const Contingency& table);

/// Unweighted mean over types of F1 under best_f1_matching, in [0,1] (Weber and Robinson, Cytometry
/// A 89, 2016).
double f_matched(const Contingency& table);

/// The same mean over the types with fewer than `below` cells alone (the matching is that of all);
/// nothing where there are none.
std::optional<double> f_matched_rare(const Contingency& table, Index below);

}  // namespace mixvae::metrics
