#pragma once

#include <cstdint>

#include "data/matrix.hpp"
#include "models/model.hpp"

namespace mixvae::fit {

/// Mixture of so many Gaussians with diagonal covariances of the rows of codes [N, L], by
/// expectation maximisation from the best of `starts` k-means clusterings. Variances are at least a
/// thousandth of the columns' mean variance. Components are numbered by falling size. The same bits
/// for any number of threads. Throws as cluster::gaussian_mixture() does.
models::FittedMixture mixture_of_codes(const DenseMatrix& codes, Index types, std::int64_t starts,
                                       std::uint64_t seed);

}  // namespace mixvae::fit
