#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "data/matrix.hpp"

namespace mixvae::cluster {

/// The connected component of each node of a symmetric graph [N,N], numbered from 0 by first node.
std::vector<std::int32_t> connected_components(const CsrMatrix& graph);

struct SpectralOptions {
  Index components = 2;     // eigenvectors besides the trivial one
  double tolerance = 1e-4;  // of the residual |A v - lambda v|, |v| = 1
  int iterations = 200;
  std::uint64_t seed = 0;
};

/// Eigenvectors [N,k] of the normalised Laplacian I - D^-1/2 W D^-1/2 of a connected graph that
/// belong to its smallest eigenvalues above 0, of length 1, the entry largest in size positive; by
/// subspace iteration with Chebyshev filters (Zhou, Saad, Tiago, Chelikowsky, J. Comput. Phys. 219,
/// 2006). Empty when they do not converge. Same bits for any number of threads.
std::optional<DenseMatrix> spectral_embedding(const CsrMatrix& graph,
                                              const SpectralOptions& options);

}  // namespace mixvae::cluster
