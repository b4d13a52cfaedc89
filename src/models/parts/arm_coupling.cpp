#include "models/parts/arm_coupling.hpp"

#include <cmath>

namespace mixvae::models {
namespace {

constexpr double kMultiplierRate = 0.01;
/// Bounds of ln lambda.
constexpr double kLogMultiplierLimit = 20;

/// Samples in place of posteriors: c and ln(c + epsilon).
nn::TypePosterior as_posterior(const torch::Tensor& sample) {
  return {sample, torch::log(sample + nn::kTypeEpsilon)};
}

}  // namespace

Options options(ArmCouplingOptions& coupling) {
  return {
      {.name = "compared",
       .target = word(coupling.compared),
       .meaning = "what of two arms must agree: their type probabilities (posterior), or the "
                  "samples drawn from them in training",
       .choices = {"posterior", "sample"},
       .needs = {"arms!=1", "coupling!=0"}},
      {.name = "distance-bound",
       .target = &coupling.distance_bound,
       .meaning = "mean distance of two arms that training aims at: --coupling is then only the "
                  "weight to begin with, which grows while arms are further apart and falls while "
                  "they are nearer; auto: the weight is fixed",
       .minimum = 1e-9,
       .maximum = 1e9,
       .needs = {"arms!=1", "coupling!=0"}},
  };
}

ArmCoupling::ArmCoupling(std::int64_t arms, const CouplingOptions& weights,
                         const ArmCouplingOptions& options)
    : arms_(arms), weights_(weights), options_(options) {
  if (options.distance_bound && arms > 1 && weights.coupling > 0) {
    log_multiplier_ = torch::full({}, std::log(weights.coupling));
  }
}

void ArmCoupling::add(const Types& types, bool training, const nn::Execution& execution,
                      ObjectiveSum& sum) {
  if (arms_ > 1) {
    add_agreement(types, training, execution, sum);
  } else if (weights_.entropy > 0) {
    sum.add("negative_entropy", objectives::negative_entropy(types.q).sum(), weights_.entropy);
  }
  if (weights_.balance > 0) {
    sum.add("balance", objectives::negative_balance_entropy(types.q.q).sum(), weights_.balance);
  }
}

void ArmCoupling::add_agreement(const Types& types, bool training, const nn::Execution& execution,
                                ObjectiveSum& sum) {
  const objectives::Coupling coupling =
      objectives::coupling(types.q, weights_.distance, weights_.variance_floor, execution);
  const torch::Tensor distance =
      types.sample.defined()
          ? objectives::consensus_distance(as_posterior(types.sample), weights_.distance,
                                           weights_.variance_floor)
          : coupling.distance;
  const double others = static_cast<double>(arms_ - 1);
  sum.add("negative_entropy", coupling.negative_entropy.sum(), weights_.entropy);
  if (!log_multiplier_.defined()) {
    sum.add("distance", distance, weights_.coupling / others);
    return;
  }
  const torch::Tensor multiplier = log_multiplier_.exp();
  sum.add("distance", distance, multiplier / others);
  sum.report("multiplier", multiplier);
  if (training) {
    move_multiplier(distance);
  }
}

void ArmCoupling::move_multiplier(const torch::Tensor& distance) const {
  const torch::NoGradGuard no_grad;
  const double pairs = static_cast<double>(arms_ * (arms_ - 1)) / 2;
  const torch::Tensor excess =
      torch::log(distance.detach() / (pairs * *options_.distance_bound)).clamp(-1, 1);
  log_multiplier_.add_(kMultiplierRate * excess).clamp_(-kLogMultiplierLimit, kLogMultiplierLimit);
}

void ArmCoupling::visit(const TensorVisitor& visitor) {
  if (log_multiplier_.defined()) {
    visitor("coupling.log_multiplier", log_multiplier_, TensorKind::buffer);
  }
}

}  // namespace mixvae::models
