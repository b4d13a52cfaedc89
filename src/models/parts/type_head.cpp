#include "models/parts/type_head.hpp"

#include "base/error.hpp"
#include "nn/fused_heads.hpp"
#include "nn/fused_types.hpp"

namespace mixvae::models {

Options options(TypeHeadOptions& head) {
  return {{.name = "tau",
           .target = &head.tau,
           .meaning = "temperature of the type probabilities; small values bring them near 0 and 1",
           .minimum = 1e-6,
           .maximum = 1000}};
}

Options options(TypePosteriorOptions& posterior) {
  return {
      {.name = "head",
       .target = word(posterior.head),
       .meaning = "how type probabilities are computed of the network's output a: "
                  "softmax(softmax(a)/tau) (double), as published, or softmax(a/tau)",
       .choices = {"double", "single"}},
      {.name = "log-type",
       .target = word(posterior.log_type),
       .meaning = "log q: floored is log(q + 1e-8), exact is the log-softmax",
       .choices = {"floored", "exact"}},
  };
}

Options options(TypeSampleOptions& sample) {
  return {
      {.name = "temperature",
       .target = &sample.temperature,
       .meaning = "temperature of the Gumbel-softmax sample",
       .minimum = 1e-3,
       .maximum = 1000},
      {.name = "hard",
       .target = &sample.hard,
       .meaning = "pass on one-hot samples (straight-through gradient) instead of relaxed ones"},
  };
}

TypeHead::TypeHead(const Shape& shape, const Settings& settings, LayerKeys& keys)
    : settings_(settings),
      layer_(shape.arms, shape.inputs, shape.types, shape.shared_weights, keys.seed, keys.take()),
      kept_(torch::ones({shape.types}, torch::TensorOptions().dtype(torch::kBool))) {}

nn::TypePosterior TypeHead::posterior(const torch::Tensor& code) const {
  return nn::type_posterior(layer_.forward(code), kept_, settings_.posterior.head,
                            settings_.head.tau, settings_.posterior.log_type);
}

DrawnTypes TypeHead::draw(const torch::Tensor& code, const nn::NoiseKey& key,
                          const nn::Execution& execution) const {
  if (execution.runs_kernels_on(layer_.weight()) && !settings_.sample.hard) {
    nn::TypeSample sample = nn::fused_types(nn::fused_heads({code}, {&layer_})[0], kept_,
                                            {.head = settings_.posterior.head,
                                             .log_kind = settings_.posterior.log_type,
                                             .tau = settings_.head.tau,
                                             .temperature = settings_.sample.temperature},
                                            key);
    return {std::move(sample.posterior), std::move(sample.relaxed)};
  }
  DrawnTypes drawn{posterior(code), {}};
  drawn.type = nn::gumbel_softmax(drawn.posterior, kept_,
                                  nn::gumbel(drawn.posterior.q.sizes(), key, code.options()),
                                  settings_.sample.temperature, settings_.sample.hard);
  return drawn;
}

void TypeHead::prune(std::int64_t type) {
  MIXVAE_ASSERT(type >= 0 && type < kept_.size(0), "the pruned type exists");
  const torch::NoGradGuard no_grad;
  kept_.index_put_({torch::tensor(type)}, false);
  layer_.weight().detach().select(2, type).zero_();
  layer_.bias().detach().select(2, type).zero_();
}

void TypeHead::visit_layer(const std::string& name, const TensorVisitor& visitor) {
  layer_.visit(name, visitor);
}

void TypeHead::visit_kept(const TensorVisitor& visitor) {
  visitor("kept_types", kept_, TensorKind::buffer);
}

}  // namespace mixvae::models
