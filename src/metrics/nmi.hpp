#pragma once

#include "metrics/contingency.hpp"

namespace mixvae::metrics {

/// By what the mutual information is divided: the arithmetic mean, geometric mean or maximum of the
/// two entropies.
enum class NmiNorm { arithmetic, geometric, maximum };

/// Mutual information of the two labellings in nats.
double mutual_information(const Contingency& table);

/// Normalised mutual information in [0,1]. Two labellings with a single label each score 1, one of
/// them alone scores 0. Arithmetic is scikit-learn's default since 0.22; older papers used
/// geometric (docs/equations.md, metrics).
double nmi(const Contingency& table, NmiNorm norm = NmiNorm::arithmetic);

}  // namespace mixvae::metrics
