#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/model.hpp"
#include "nn/adam.hpp"
#include "nn/parameter_bank.hpp"

namespace mixvae::training {

/// A player with its parameters in one bank and their optimiser.
class Learner {
 public:
  Learner(models::Player player, const nn::AdamSettings& settings);
  Learner(const Learner&) = delete;
  Learner& operator=(const Learner&) = delete;

  const models::Player& player() const { return player_; }
  nn::Adam& adam() { return adam_; }
  nn::ParameterBank& bank() { return bank_; }
  /// Whether it learns in the step of that number.
  bool takes_part(std::uint64_t step) const {
    return step % static_cast<std::uint64_t>(player_.every) == 0;
  }
  /// What of its state goes into checkpoints: each parameter and its moments by player and name.
  void visit(const models::TensorVisitor& visitor);

 private:
  models::Player player_;
  nn::ParameterBank bank_;
  nn::Adam adam_;
};

using Learners = std::vector<std::unique_ptr<Learner>>;

/// The players of a model, each with an optimiser of its own. A bug for players without names of
/// their own and for parameters that are not of one player.
Learners learners_of(models::Model& model, const nn::AdamSettings& settings);

/// Of `count` steps from `first` on, those in which the player of a term ("player.term", or any
/// term of one player alone) took part.
std::int64_t steps_of_term(const Learners& learners, const std::string& term, std::int64_t first,
                           std::int64_t count);

}  // namespace mixvae::training
