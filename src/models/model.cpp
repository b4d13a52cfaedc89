#include "models/model.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace mixvae::models {

const torch::Tensor& term_named(const LossTerms& terms, const std::string& name) {
  const auto found = std::ranges::find(terms, name, &LossTerms::value_type::first);
  MIXVAE_ASSERT(found != terms.end(), "the objective has the term " + name);
  return found->second;
}

std::vector<Player> Model::players() {
  return {{.name = "model", .parameters = parameters(), .loss = [this](const Batch& batch) {
             return training_loss(batch);
           }}};
}

std::vector<NamedTensor> Model::tensors_of(TensorKind kind) {
  std::vector<NamedTensor> tensors;
  visit([&](const std::string& name, torch::Tensor& tensor, TensorKind its_kind) {
    if (its_kind == kind) {
      tensors.push_back({name, tensor});
    }
  });
  return tensors;
}

void Model::convert(const torch::TensorOptions& options) {
  visit([&](const std::string&, torch::Tensor& tensor, TensorKind) {
    nn::convert_in_place(tensor, options);
  });
}

void Model::learn(Objective objective) {
  MIXVAE_ASSERT(objective == Objective::whole, "the model has states to learn alone");
}

void Model::enter_stage(std::int64_t stage) {
  MIXVAE_ASSERT(stage == 0, "the model learns in stages");
}

void Model::start_outputs(const torch::Tensor& /*mean*/) {
  MIXVAE_ASSERT(false, "the model has a likelihood of counts");
}

void Model::start_mixture(const FittedMixture& /*fitted*/) {
  MIXVAE_ASSERT(false, "the model has a mixture of codes");
}

torch::Tensor Model::decode(std::int64_t /*arm*/, const torch::Tensor& /*types*/,
                            const torch::Tensor& /*states*/) {
  MIXVAE_ASSERT(false, "the model has states");
  return {};
}

double Model::products_per_cell() {
  double products = 0;
  for (const NamedTensor& parameter : parameters()) {
    products += static_cast<double>(parameter.tensor.numel());
  }
  return products;
}

}  // namespace mixvae::models
