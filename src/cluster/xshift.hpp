#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cluster/knn.hpp"
#include "data/matrix.hpp"

namespace mixvae::cluster {

struct XshiftOptions {
  std::optional<std::int64_t> neighbours = {};  // K; auto: the elbow
  std::string metric = "cosine";                // cosine (angles), euclidean
  std::uint64_t seed = 0;
};

struct Xshift {
  std::vector<std::int32_t> labels;  // [N] by falling size, ties by first cell
  Index clusters = 0;
  Index neighbours = 0;  // K
};

/// Log density of each query [M], up to a constant, from the distances r_1 ... r_K of its nearest
/// cells in D dimensions: log (sum k) - log (sum r_k^D), the weighted nearest-neighbour estimate of
/// Biau, Chazal, Cohen-Steiner, Devroye, Rodriguez (Electron. J. Stat. 5, 2011). Distances count as
/// at least 1e-30.
std::vector<double> log_densities(const Neighbours& graph, Index k, Index dimensions);

/// The cell at which each cell's way to ever denser cells ends, where each step leads to the
/// densest of the k neighbours; equally dense cells: the one with the lower number counts as
/// denser. [N]
std::vector<std::int32_t> density_peaks(const Neighbours& graph, Index k,
                                        const std::vector<double>& density);

/// Where n(K) leaves its steep fall: the point farthest below the line from the first to the last
/// one, both axes scaled to their range. Points by rising K.
Index elbow(const std::vector<std::pair<Index, Index>>& counts);

/// Clusters around peaks of density of the rows of x [N,d] (X-shift; Samusik, Good, Spitzer, Davis,
/// Nolan, Nat. Methods 13, 2016): ascent along nearest neighbours, then union of peaks that are
/// Gabriel neighbours (no third peak within the ball over them; only each peak's 20 nearest are
/// tried) and whose midpoint is at least as dense as the less dense of the two. With metric cosine
/// cells are directions (and their chord is the distance). Without K it is found by the elbow over
/// K = 10, 20, ... 150. Throws UsageError for K out of range, InputError as nearest_neighbours.
Xshift xshift(const DenseMatrix& x, const XshiftOptions& options);

}  // namespace mixvae::cluster
