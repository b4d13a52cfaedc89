#pragma once

#include <string>

#include "models/model.hpp"
#include "nn/random.hpp"

namespace mixvae::training {

/// Two players in one dimension, for tests of training in turn: a generator a z + b of standard
/// normal z, and a discriminator sigma(u x + v x^2 + w) that tells its values from the cells'. The
/// generator learns every second step, at half the rate. Neither loss is kept from the other's
/// parameters: that each moves its own alone is the trainer's affair.
class AdversarialPair : public models::Model {
 public:
  AdversarialPair()
      : generator_(torch::tensor({0.5F, -0.2F}).requires_grad_()),
        discriminator_(torch::tensor({0.1F, -0.1F, 0.05F}).requires_grad_()),
        steps_seen_(torch::zeros({})) {}

  std::int64_t arms() const override { return 1; }
  std::int64_t types() const override { return 1; }
  std::int64_t features() const override { return 1; }

  torch::Tensor generated(std::int64_t cells, const nn::StepNumber& step) const {
    const torch::Tensor z = nn::normal({cells}, {11, Purpose::test, step}, {});
    return generator_[0] * z + generator_[1];
  }
  torch::Tensor logits(const torch::Tensor& x) const {
    return discriminator_[0] * x + discriminator_[1] * x.square() + discriminator_[2];
  }
  models::LossTerms discriminator_loss(const models::Batch& batch) {
    {
      const torch::NoGradGuard no_grad;
      steps_seen_.add_(1);
    }
    const torch::Tensor fake = generated(batch.cells(), batch.step_number());
    const torch::Tensor real_term = -at::log_sigmoid(logits(batch.only().x.select(1, 0))).mean();
    const torch::Tensor fake_term = -at::log_sigmoid(-logits(fake)).mean();
    return {{"loss", real_term + fake_term}, {"real", real_term}, {"fake", fake_term}};
  }
  models::LossTerms generator_loss(const models::Batch& batch) const {
    const torch::Tensor fake = generated(batch.cells(), batch.step_number());
    return {{"loss", -at::log_sigmoid(logits(fake)).mean()}};
  }

  std::vector<models::Player> players() override {
    return {{.name = "discriminator",
             .parameters = {{"discriminator", discriminator_}},
             .loss = [this](const models::Batch& batch) { return discriminator_loss(batch); }},
            {.name = "generator",
             .parameters = {{"generator", generator_}},
             .loss = [this](const models::Batch& batch) { return generator_loss(batch); },
             .every = 2,
             .learning_rate_factor = 0.5}};
  }
  std::string monitor() const override { return "mean_difference"; }

  models::LossTerms training_loss(const models::Batch& batch) override {
    return discriminator_loss(batch);
  }
  models::LossTerms validation_loss(const models::Batch& batch) override {
    const torch::Tensor fake = generated(batch.cells(), 12345);
    const torch::Tensor x = batch.only().x.select(1, 0);
    return {{"loss", -at::log_sigmoid(logits(fake)).mean()},
            {"mean_difference", (fake.mean() - x.mean()).abs()}};
  }
  models::Posterior infer(const models::Batch&) override { return {}; }
  torch::Tensor generate(const models::Generation& wanted) override {
    return generated(wanted.count, wanted.seed).unsqueeze(1);
  }
  void visit(const models::TensorVisitor& visitor) override {
    visitor("generator", generator_, models::TensorKind::parameter);
    visitor("discriminator", discriminator_, models::TensorKind::parameter);
    visitor("steps_seen", steps_seen_, models::TensorKind::buffer);
  }
  torch::Tensor kept_types() const override { return torch::ones({1}, torch::kBool); }
  void prune_type(std::int64_t) override {}

  /// All of the model's numbers, to be compared bit by bit.
  torch::Tensor state() const {
    return torch::cat({generator_.detach(), discriminator_.detach(), steps_seen_.reshape({1})});
  }

 private:
  torch::Tensor generator_;      // [2]
  torch::Tensor discriminator_;  // [3]
  torch::Tensor steps_seen_;     // []
};

}  // namespace mixvae::training
