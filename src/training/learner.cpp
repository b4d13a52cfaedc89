#include "training/learner.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace mixvae::training {
namespace {

std::vector<torch::Tensor> tensors_of(const models::Player& player) {
  std::vector<torch::Tensor> tensors;
  for (const models::NamedTensor& parameter : player.parameters) {
    tensors.push_back(parameter.tensor);
  }
  return tensors;
}

}  // namespace

Learner::Learner(models::Player player, const nn::AdamSettings& settings)
    : player_(std::move(player)), bank_(tensors_of(player_)), adam_(bank_, settings) {
  MIXVAE_ASSERT(player_.every >= 1, "a player learns every so many steps");
}

void Learner::visit(const models::TensorVisitor& visitor) {
  for (std::size_t i = 0; i < player_.parameters.size(); ++i) {
    const std::string name = player_.name + "." + player_.parameters[i].name;
    torch::Tensor value = player_.parameters[i].tensor;
    torch::Tensor first = bank_.part_of(adam_.first_moment(), i);
    torch::Tensor second = bank_.part_of(adam_.second_moment(), i);
    visitor("parameter." + name, value, models::TensorKind::parameter);
    visitor("first_moment." + name, first, models::TensorKind::buffer);
    visitor("second_moment." + name, second, models::TensorKind::buffer);
  }
}

Learners learners_of(models::Model& model, const nn::AdamSettings& settings) {
  Learners learners;
  for (models::Player& player : model.players()) {
    for (const auto& other : learners) {
      MIXVAE_ASSERT(other->player().name != player.name, "each player has a name of its own");
    }
    learners.push_back(std::make_unique<Learner>(std::move(player), settings));
  }
  MIXVAE_ASSERT(!learners.empty(), "somebody learns");
  std::size_t learned = 0;
  for (const auto& learner : learners) {
    learned += learner->player().parameters.size();
  }
  MIXVAE_ASSERT(learned == model.parameters().size(), "each parameter is of one player");
  return learners;
}

std::int64_t steps_of_term(const Learners& learners, const std::string& term, std::int64_t first,
                           std::int64_t count) {
  const auto own = [&](const auto& learner) {
    return learners.size() == 1 || term.starts_with(learner->player().name + ".");
  };
  const auto found = std::ranges::find_if(learners, own);
  MIXVAE_ASSERT(found != learners.end(), "the term " + term + " is of a player");
  const std::int64_t every = (*found)->player().every;
  const auto before = [every](std::int64_t step) { return (step + every - 1) / every; };
  return before(first + count) - before(first);
}

}  // namespace mixvae::training
