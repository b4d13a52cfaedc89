#pragma once

#include "metrics/contingency.hpp"

namespace mixvae::metrics {

/// Adjusted Rand index: agreement on cell pairs above chance; 1 for equal partitions, about 0 for
/// independent ones, may be negative (Hubert and Arabie, J. Classification 2, 1985). Equal
/// partitions score 1 also where chance is undefined (one cell, one cluster each, only singletons).
double ari(const Contingency& table);

}  // namespace mixvae::metrics
