#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "data/matrix.hpp"

namespace mixvae {

/// What is held of pairs of cells before any model sees them: which are of one type. Similarities
/// are data: models and trainer see only the values of a batch. Letters: N cells, B cells of a
/// batch, d coordinates.
class Similarity {
 public:
  virtual ~Similarity() = default;

  virtual Index cells() const = 0;
  /// For the chosen cells: similarity [B, B] in [0, 1], symmetric with 1 on the diagonal, and the
  /// weight [B, B] of each pair, 0 where nothing is known of it. Both are overwritten. The same for
  /// any number of threads.
  virtual void fill(std::span<const Index> rows, std::span<float> similarity,
                    std::span<float> weight) const = 0;
};

/// Within a batch, 1 where one cell is among the k nearest of the other in the coordinates [N, d]
/// (Euclidean), else 0: MoE-Sim-VAE's (docs/equations.md, similarity). k of a batch of B cells is
/// max(1, round(share B)), at most B - 1. With different < 1 nothing is known of pairs with 0 but
/// those where each cell is among the round(different B) farthest of the other. Throws UsageError
/// unless 0 < share < 1 and 0 < different <= 1, InputError for coordinates that are not finite.
std::unique_ptr<Similarity> batch_neighbours(DenseMatrix coordinates, double share,
                                             double different = 1);

/// 1 where the distance of two cells is below the threshold, else 0. Throws UsageError unless
/// threshold > 0, InputError for coordinates that are not finite.
std::unique_ptr<Similarity> within_distance(DenseMatrix coordinates, double threshold);

/// A given matrix [N, N] of values in [0, 1]; absent entries are 0, the diagonal counts as 1. With
/// `only_given`, absent entries are pairs that nothing is known of. Throws InputError when it is
/// not square, not symmetric, or a value is not finite or outside [0, 1].
std::unique_ptr<Similarity> given_similarity(CsrMatrix matrix, bool only_given = false);

/// What known types say of pairs: 1 for cells of equal type, 0 for cells of different types,
/// nothing where a type is missing (-1).
std::unique_ptr<Similarity> similarity_of_known_types(std::vector<std::int32_t> types);

/// The first's word where it has weight, else the second's. Both are of the same cells.
std::unique_ptr<Similarity> overruled_by(std::unique_ptr<Similarity> first,
                                         std::unique_ptr<Similarity> second);

/// The symmetric 0/1 matrix of a neighbour table [N, k]: 1 where either cell has the other among
/// its neighbours.
CsrMatrix neighbour_matrix(std::span<const std::int32_t> neighbours, Index cells);

}  // namespace mixvae
