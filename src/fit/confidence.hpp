#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/matrix.hpp"
#include "fit/replicates.hpp"

namespace mixvae::fit {

/// Cells with their types by a fit. Letters: N cells, d coordinates, K types.
struct TypedCells {
  const DenseMatrix& points;               // [N, d], as the start of the fit saw them
  const std::vector<std::int32_t>& types;  // [N] in [0, K)
  const std::vector<float>& probs;         // [N] probability of that type, in [0, 1]
};

struct ConfidenceOptions {
  Index landmarks = 5000;  // L, at most, but for rare types
  Index of_each_type = 30;
  ReplicateOptions replicates;  // the number of types is that of types with cells
};

/// The probability that an independent fit of another sample of the same tissue gives a cell the
/// type that this fit gave it (docs/equations.md#confidence).
///
/// Replicates (fit/replicates.hpp) stand for such fits. Their clusters are matched to the fit's
/// types one to one; of a cell, each replicate says what most of the 15 landmarks nearest to it
/// say. The evidence e [W] of a cell is the log odds of: the share of partitions that agree with
/// its type, the share of replicates' joint partitions that do, the share of the 15 landmarks with
/// its type, the type's probability, and the mean agreement about its type. A logistic regression
/// learns from the landmarks, without labels, how often one replicate agrees with the fit where
/// the others say so.
class Confidence {
 public:
  static constexpr std::size_t kWeights = 6;  // W + 1: evidence and an intercept

  /// None: nothing is known.
  Confidence() = default;

  /// Learns from the cells of a fit. Throws UsageError unless can_learn.
  static Confidence learn(const TypedCells& cells, Index types, const ConfidenceOptions& options);
  /// Whether these cells suffice: as many as can be drawn again.
  static bool can_learn(const TypedCells& cells, Index types);

  bool present() const { return landmarks_.rows > 0; }

  /// Confidence [M] of any cells, in [0, 1]. Throws Bug when there is none.
  std::vector<float> of(const TypedCells& cells) const;

  /// How far cells at points [M, d] lie from those of the fit, against how far these lie from each
  /// other, in the first 10 coordinates: the mean distance to the 15 nearest landmarks over the
  /// mean of theirs to their own 15, divided by what 99 % of the landmarks stay below when they are
  /// left out themselves (docs/equations.md#cells-unlike-those-of-the-fit). Above 1: unlike any.
  /// Throws Bug when there is no confidence.
  std::vector<float> novelty(const DenseMatrix& points) const;

  /// [K] share of replicates that have the type: a cluster of theirs and the type share more than
  /// half of the landmarks in either (Jaccard index; Hennig, CSDA 52, 2007). 0 for empty types.
  const std::vector<float>& support() const { return support_; }

  /// Calls visit(name, part) for all that is kept in a model file: landmarks [L, d] (DenseMatrix),
  /// labels [1 + P, L] (DenseMatrix: the fit's types, then partitions, in its types' numbers), the
  /// replicate of each partition, weights, agreements and supports (vectors of float).
  template <class Visitor>
  void visit(Visitor&& visitor) {
    visitor("landmarks", landmarks_);
    visitor("labels", labels_);
    visitor("replicates", replicate_of_);
    visitor("weights", weights_);
    visitor("agreement", agreement_);
    visitor("support", support_);
  }
  /// Throws InputError where parts that were read do not belong together: naming the file.
  void require_whole(const std::string& where, Index coordinates, Index types) const;

 private:
  struct Votes;
  void keep(const std::vector<Replicate>& found, const std::vector<std::int32_t>& landmark_types,
            Index types);
  void learn_weights(const TypedCells& landmarks);
  Votes votes(const TypedCells& cells) const;

  DenseMatrix landmarks_;            // [L, d]
  DenseMatrix labels_;               // [1 + P, L] the fit's types; then every partition's, -1: none
  std::vector<float> replicate_of_;  // [P] the first partition of a replicate is its joint one
  std::vector<float> weights_;       // [W + 1]
  std::vector<float> agreement_;     // [K] of the replicates about each type
  std::vector<float> support_;       // [K]
};

}  // namespace mixvae::fit
