#pragma once

#include <optional>

#include "base/options.hpp"
#include "models/model.hpp"
#include "models/objective_sum.hpp"
#include "models/parts/cell_terms.hpp"

namespace mixvae::models {

/// What of two arms is compared: their posteriors q(c|x), or the samples drawn from them.
enum class Compared { posterior, sample };

/// How the agreement of arms enters the objective besides its weight.
struct ArmCouplingOptions {
  Compared compared = Compared::posterior;
  std::optional<double> distance_bound = {};
};

Options options(ArmCouplingOptions& coupling);

/// The terms of the type posteriors in which arms meet: negative entropies, distance, balance
/// (cpl-mixVAE Eqs. 7 to 9; docs/equations.md, consensus distance). With one arm the negative
/// entropy is that of Eq. 1, the divergence from a uniform prior but for a constant.
///
/// The distance has a fixed weight lambda, or is held below a bound epsilon, to which lambda is
/// the Lagrange multiplier (Remark 1): each training step multiplies it by
/// exp(0.01 clamp(ln(D / epsilon), -1, 1)), D the mean distance of the step.
class ArmCoupling {
 public:
  /// What arms say of the cells of a batch: posteriors, and samples where those are compared.
  struct Types {
    const nn::TypePosterior& q;  // [A, B, K]
    torch::Tensor sample = {};   // [A, B, K] relaxed, or undefined: posteriors are compared
  };

  ArmCoupling(std::int64_t arms, const CouplingOptions& weights, const ArmCouplingOptions& options);

  /// Adds the terms; in `training`, the multiplier is moved.
  void add(const Types& types, bool training, const nn::Execution& execution, ObjectiveSum& sum);
  bool compares_samples() const { return arms_ > 1 && options_.compared == Compared::sample; }
  void visit(const TensorVisitor& visitor);

 private:
  void add_agreement(const Types& types, bool training, const nn::Execution& execution,
                     ObjectiveSum& sum);
  void move_multiplier(const torch::Tensor& distance) const;

  std::int64_t arms_;
  CouplingOptions weights_;
  ArmCouplingOptions options_;
  torch::Tensor log_multiplier_;  // [] ln lambda where the distance has a bound, else undefined
};

}  // namespace mixvae::models
