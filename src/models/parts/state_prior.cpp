#include "models/parts/state_prior.hpp"

#include "objectives/kl_divergence.hpp"

namespace mixvae::models {

Options options(StatePriorOptions& prior) {
  return {{.name = "state-prior",
           .target = word(prior.state_prior),
           .meaning = "what states are held to: normal distributions around 0 for all types "
                      "(standard), or around a learned mean for each type",
           .choices = {"standard", "type"},
           .needs = {"states!=0"}}};
}

StatePrior::StatePrior(const Shape& shape, StatePriorKind kind) {
  if (kind == StatePriorKind::type && shape.states > 0) {
    means_ = torch::zeros({shape.arms, shape.types, shape.states},
                          torch::TensorOptions().requires_grad(true));
  }
}

torch::Tensor StatePrior::kl(const StatePosterior& states, const torch::Tensor& types) const {
  const torch::Tensor centred =
      means_.defined() ? states.mean - torch::matmul(types, means_) : states.mean;
  return objectives::standard_normal_kl(centred, states.variance);
}

void StatePrior::move_states(DecoderInput& drawn) const {
  if (means_.defined()) {
    const std::int64_t states = means_.size(-1);
    drawn.x.narrow(-1, drawn.x.size(-1) - states, states).add_(torch::matmul(drawn.types, means_));
  }
}

void StatePrior::prune(std::int64_t type) {
  if (means_.defined()) {
    means_.detach().select(1, type).zero_();
  }
}

void StatePrior::visit(const std::string& name, const TensorVisitor& visitor) {
  if (means_.defined()) {
    visitor(name + ".mean", means_, TensorKind::parameter);
  }
}

}  // namespace mixvae::models
