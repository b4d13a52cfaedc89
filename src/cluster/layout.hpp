#pragma once

#include <cstdint>
#include <functional>

#include "data/matrix.hpp"

namespace mixvae::cluster {

/// The curve 1 / (1 + a d^2b) of similarity over distance d in the layout.
struct SimilarityCurve {
  double a = 1.577;
  double b = 0.895;
};

/// The least-squares fit of the curve, at 300 distances from 0 to 3 spread, to 1 for distances
/// below min_dist and exp(-(d - min_dist) / spread) beyond.
SimilarityCurve fit_curve(double min_dist, double spread);

struct LayoutOptions {
  SimilarityCurve curve = {};
  Index epochs = 200;
  double learning_rate = 1;  // at the first epoch; falls linearly to 0
  Index negatives = 5;       // cells pushed away per neighbour pulled, 1 to 7
  std::uint64_t seed = 0;
};

/// Called after every epoch with how many are done.
using EpochReport = std::function<void(Index done)>;

/// Moves the points [N,c] until linked ones are near and others far: stochastic gradient descent on
/// the fuzzy set cross entropy (McInnes, Healy, Melville, arXiv 1802.03426, algorithm 5). A link of
/// weight w acts in a share w / w_max of the epochs. A point's own steps of an epoch, one per link
/// that acts, follow each other while all others stand still where they were before the epoch: the
/// same bits for any number of threads. `graph` is symmetric.
void optimise_layout(const CsrMatrix& graph, const LayoutOptions& options, DenseMatrix& points,
                     const EpochReport& report = {});

}  // namespace mixvae::cluster
