#include "models/info_gan.hpp"

#include "base/error.hpp"
#include "nn/random.hpp"
#include "objectives/adversarial.hpp"

namespace mixvae::models {
namespace {

using Kind = nn::NormalLayer::Kind;
using nn::NormStatistics;

constexpr nn::LayerPass kRecorded{NormStatistics::of_batch_recorded, true};
constexpr nn::LayerPass kUnrecorded{NormStatistics::of_batch, true};
constexpr nn::LayerPass kConstant{NormStatistics::of_batch, false};
constexpr nn::LayerPass kEvaluation{NormStatistics::running, false};

// Each step has two draws of the generator's input.
constexpr std::uint64_t kDraws = 2;
constexpr std::uint64_t kDiscriminatorsDraw = 0;
constexpr std::uint64_t kGeneratorsDraw = 1;

constexpr const char* kGeneratorName = "generator";

/// What the networks read of a view, [B, D].
torch::Tensor cells_of(const View& view) {
  const torch::Tensor& read = view.read();
  return read.dim() == 3 ? read[0] : read;
}

/// [B, K] one-hot of a kept type for each u [B] in (0, 1), all equally probable.
torch::Tensor uniform_types(const torch::Tensor& u, const torch::Tensor& kept) {
  const torch::Tensor place = kept.cumsum(0) - 1;  // among those that are kept
  const torch::Tensor last = kept.sum() - 1;
  const torch::Tensor drawn = torch::minimum((u * (last + 1)).floor().to(torch::kInt64), last);
  return (place.eq(drawn.unsqueeze(1)) & kept).to(u.scalar_type());
}

std::shared_ptr<const Likelihood> likelihood_of(const InfoGanOptions& options) {
  auto likelihood = make_likelihood(options.likelihood.likelihood, options.output.output);
  if (likelihood->of_counts()) {
    throw UsageError({.what = "infogan has no likelihood of counts: its discriminator compares "
                              "generated cells with the prepared values",
                      .found = "--likelihood nb or zinb",
                      .expected = "--likelihood mse or bernoulli",
                      .hint = "the other models take them"});
  }
  return likelihood;
}

}  // namespace

InfoGan::InfoGan(const ModelShape& shape, const InfoGanOptions& options, std::uint64_t seed)
    : shape_(checked(shape)),
      options_(options),
      seed_(seed),
      keys_{seed},
      likelihood_(likelihood_of(options)),
      trunk_(shape.features, options.network, options.encoder, keys_),
      realness_(Kind::affine, trunk_.outputs(), 1, false, seed, keys_.take()),
      recognition_(Kind::affine, trunk_.outputs(), options.encoder.latent, true, seed,
                   keys_.take()),
      heads_(Kind::affine, options.encoder.latent, shape.types + options.states.states, false, seed,
             keys_.take()),
      generator_(options.generator.noise_dimensions + shape.types + options.states.states,
                 shape.features, likelihood_->outputs_per_feature(), options.network,
                 options.encoder, keys_),
      kept_(torch::ones({shape.types}, torch::TensorOptions().dtype(torch::kBool))) {}

InfoGan::Code InfoGan::drawn(const Batch& batch, std::uint64_t player) const {
  const std::int64_t noise = options_.generator.noise_dimensions;
  const torch::Tensor u =
      nn::uniform({batch.cells(), noise + options_.states.states + 1},
                  {seed_, Purpose::code_noise, batch.step_number() * kDraws + player},
                  heads_.weight().options().requires_grad(false));
  const torch::Tensor drawn = 2 * u - 1;
  return {drawn.narrow(1, 0, noise), uniform_types(u.select(1, u.size(1) - 1), kept_),
          drawn.narrow(1, noise, options_.states.states)};
}

torch::Tensor InfoGan::outputs(const Code& code, const nn::LayerPass& pass) const {
  return generator_.forward(torch::cat({code.noise, code.type, code.state}, 1), pass);
}

torch::Tensor InfoGan::realness(const torch::Tensor& hidden, const nn::LayerPass& pass) const {
  return realness_.forward(hidden, pass).squeeze(1);
}

InfoGan::Recognised InfoGan::recognised(const torch::Tensor& hidden,
                                        const nn::LayerPass& pass) const {
  const torch::Tensor latent = leaky(recognition_.forward(hidden, pass));
  const torch::Tensor heads = heads_.forward(latent, pass);
  return {latent,
          nn::type_posterior(heads.narrow(1, 0, shape_.types).unsqueeze(0), kept_,
                             nn::TypeHead::once, 1, nn::LogKind::exact),
          heads.narrow(1, shape_.types, options_.states.states)};
}

void InfoGan::add_information(const Code& code, const Recognised& by, ObjectiveSum& sum) const {
  sum.add("type_information",
          objectives::type_information(code.type, by.q.log_q[0], kept_.sum().to(code.type)),
          -options_.information.type_information);
  sum.add("state_information", objectives::state_information(code.state, by.state),
          -options_.information.state_information);
}

LossTerms InfoGan::discriminator_loss(const Batch& batch) {
  const Code code = drawn(batch, kDiscriminatorsDraw);
  const torch::Tensor real = trunk_.forward(cells_of(batch.only()), kRecorded);
  torch::Tensor generated;
  {
    const torch::NoGradGuard no_grad;
    generated = likelihood_->mean({outputs(code, kUnrecorded), {}, {}});
    recognised(real, kRecorded);  // Q's running statistics are those of real cells
  }
  const torch::Tensor fake = trunk_.forward(generated, kUnrecorded);
  ObjectiveSum sum;
  sum.add("real", objectives::passes_for_real(realness(real, kUnrecorded)), 1);
  sum.add("generated", objectives::passes_for_generated(realness(fake, kUnrecorded)), 1);
  add_information(code, recognised(fake, kUnrecorded), sum);
  return sum.terms();
}

LossTerms InfoGan::generator_loss(const Batch& batch) {
  const Code code = drawn(batch, kGeneratorsDraw);
  const torch::Tensor generated = likelihood_->mean({outputs(code, kRecorded), {}, {}});
  const torch::Tensor fake = trunk_.forward(generated, kConstant);
  ObjectiveSum sum;
  sum.add("generated", objectives::passes_for_real(realness(fake, kConstant)), 1);
  add_information(code, recognised(fake, kConstant), sum);
  return sum.terms();
}

std::vector<Player> InfoGan::players() {
  Player discriminator{.name = "discriminator",
                       .parameters = {},
                       .loss = [this](const Batch& batch) { return discriminator_loss(batch); }};
  Player generator{.name = kGeneratorName,
                   .parameters = {},
                   .loss = [this](const Batch& batch) { return generator_loss(batch); },
                   .learning_rate_factor = options_.generator.generator_rate};
  for (NamedTensor& parameter : parameters()) {
    Player& owner = parameter.name.starts_with(kGeneratorName) ? generator : discriminator;
    owner.parameters.push_back(std::move(parameter));
  }
  return {std::move(discriminator), std::move(generator)};
}

InfoGan::Recognised InfoGan::recognised(const View& view) const {
  return recognised(trunk_.forward(cells_of(view), kEvaluation), kEvaluation);
}

torch::Tensor InfoGan::errors(const Recognised& of, const View& view) const {
  const torch::Tensor noise =
      torch::zeros({view.cells(), options_.generator.noise_dimensions}, of.state.options());
  const Code code{noise, nn::most_probable_one_hot(of.q.q)[0], of.state};
  return likelihood_->error({outputs(code, kEvaluation).unsqueeze(0), {}, {}},
                            view.x.unsqueeze(0))[0];
}

LossTerms InfoGan::validation_loss(const Batch& batch) {
  const torch::NoGradGuard no_grad;
  const Recognised found = recognised(batch.only());
  ObjectiveSum sum;
  sum.add("reconstruction", errors(found, batch.only()).mean(),
          1.0 / static_cast<double>(shape_.features));
  sum.report("type_entropy", -(found.q.q * found.q.log_q).sum(-1).mean());
  return sum.terms();
}

Posterior InfoGan::infer(const Batch& batch) {
  const torch::NoGradGuard no_grad;
  const Recognised found = recognised(batch.only());
  return {found.q.q, found.state.unsqueeze(0), found.latent.unsqueeze(0),
          errors(found, batch.only()).unsqueeze(0), torch::ones_like(found.state).unsqueeze(0)};
}

torch::Tensor InfoGan::generate(const Generation& wanted) {
  MIXVAE_ASSERT(wanted.arm == 0 && wanted.type < shape_.types, "arm and type exist");
  const torch::NoGradGuard no_grad;
  const auto tensors = heads_.weight().options().requires_grad(false);
  const auto type = static_cast<std::uint64_t>(wanted.type);
  const std::int64_t noise = options_.generator.noise_dimensions;
  const torch::Tensor drawn =
      wanted.spread * (2 * nn::uniform({wanted.count, noise + options_.states.states},
                                       {wanted.seed, Purpose::generation, type}, tensors) -
                       1);
  Code code{drawn.narrow(1, 0, noise), torch::zeros({wanted.count, shape_.types}, tensors),
            drawn.narrow(1, noise, options_.states.states)};
  code.type.select(1, wanted.type).fill_(1);
  const torch::Tensor out = outputs(code, kEvaluation);
  return wanted.values == GeneratedValues::mean
             ? likelihood_->mean({out, {}, {}})
             : likelihood_->sample({out, {}, {}}, {wanted.seed, Purpose::generated_values, type});
}

torch::Tensor InfoGan::decode(std::int64_t arm, const torch::Tensor& types,
                              const torch::Tensor& states) {
  MIXVAE_ASSERT(arm == 0, "the arm exists");
  const torch::NoGradGuard no_grad;
  const torch::Tensor noise =
      torch::zeros({types.size(0), options_.generator.noise_dimensions}, types.options());
  return likelihood_->mean({outputs({noise, types, states}, kEvaluation), {}, {}});
}

void InfoGan::visit(const TensorVisitor& visitor) {
  trunk_.visit("trunk", visitor);
  realness_.visit("realness", visitor);
  recognition_.visit("recognition", visitor);
  heads_.visit("heads", visitor);
  generator_.visit(kGeneratorName, visitor);
  visitor("kept_types", kept_, TensorKind::buffer);
}

void InfoGan::prune_type(std::int64_t type) {
  MIXVAE_ASSERT(type >= 0 && type < shape_.types, "the pruned type exists");
  kept_.index_put_({torch::tensor(type)}, false);
}

double InfoGan::products_per_cell() {
  return Model::products_per_cell() + trunk_.further_products() + generator_.further_products();
}

std::int64_t InfoGan::values_per_cell() {
  return 2 * trunk_.values_per_cell() + generator_.values_per_cell();
}

Recipe info_gan_recipe(const InfoGanOptions& options, std::int64_t epochs) {
  return {.states = options.states.states,
          .likelihood = likelihood_of(options),
          .image = image_need(NetworkOptions{.network = options.network.network,
                                             .image_width = options.network.image_width}),
          .phases = {{.name = "main", .epochs = epochs}}};
}

}  // namespace mixvae::models
