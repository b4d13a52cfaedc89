#pragma once

#include <cmath>
#include <functional>
#include <limits>

#include "base/philox.hpp"
#include "models/model.hpp"

namespace mixvae::training {

/// A small model for tests of the trainer: x -> (x + noise) encode decode, with noise keyed by the
/// step and a running mean.
class LinearAutoencoder : public models::Model {
 public:
  explicit LinearAutoencoder(std::int64_t width = 6, std::int64_t latent = 2)
      : encode_(filled({width, latent}, 1).requires_grad_()),
        decode_(filled({latent, width}, 2).requires_grad_()),
        running_mean_(torch::zeros({width})) {}

  std::int64_t arms() const override { return 1; }
  std::int64_t types() const override { return 1; }
  std::int64_t features() const override { return encode_.size(0); }

  models::LossTerms training_loss(const models::Batch& batch) override {
    const torch::Tensor& x = batch.only().x;
    {
      const torch::NoGradGuard no_grad;
      running_mean_.mul_(0.9).add_(x.mean(0), 0.1);
    }
    torch::Tensor noisy = x.clone();
    const Philox philox(9, Purpose::copy_noise, batch.step);
    for (std::int64_t i = 0; i < noisy.numel(); ++i) {
      noisy.data_ptr<float>()[i] += 0.1F * philox.normal(static_cast<std::uint64_t>(i));
    }
    models::LossTerms terms = loss(noisy, x);
    if (spoils && spoils(batch.step)) {
      terms[0].second = terms[0].second * std::numeric_limits<float>::quiet_NaN();
    }
    if (steepens && steepens(batch.step)) {
      const torch::Tensor& loss = terms[0].second;
      terms[0].second = loss + (loss - loss.detach()) * 1e25F;
    }
    return terms;
  }
  models::LossTerms validation_loss(const models::Batch& batch) override {
    const torch::Tensor& x = batch.only().x;
    return loss(x - running_mean_ * 0.01, x);
  }
  models::Posterior infer(const models::Batch&) override { return {}; }
  torch::Tensor generate(const models::Generation&) override { return {}; }
  std::string monitor() const override { return monitored; }

  void visit(const models::TensorVisitor& visitor) override {
    visitor("encode", encode_, models::TensorKind::parameter);
    visitor("decode", decode_, models::TensorKind::parameter);
    visitor("running_mean", running_mean_, models::TensorKind::buffer);
  }
  torch::Tensor kept_types() const override { return torch::ones({1}, torch::kBool); }
  void prune_type(std::int64_t) override {}

  /// All of the model's numbers, to be compared bit by bit.
  torch::Tensor state() const {
    return torch::cat({encode_.detach().flatten(), decode_.detach().flatten(), running_mean_});
  }

  std::string monitored = "loss";
  std::function<bool(std::uint64_t step)> spoils;    // makes the loss of such a step NaN
  std::function<bool(std::uint64_t step)> steepens;  // multiplies its gradient by 1e25

 private:
  static torch::Tensor filled(at::IntArrayRef shape, std::uint64_t step) {
    torch::Tensor values = torch::empty(shape);
    const Philox philox(3, Purpose::initial_weights, step);
    for (std::int64_t i = 0; i < values.numel(); ++i) {
      values.data_ptr<float>()[i] = 0.3F * philox.normal(static_cast<std::uint64_t>(i));
    }
    return values;
  }
  models::LossTerms loss(const torch::Tensor& input, const torch::Tensor& target) const {
    const torch::Tensor error = (input.matmul(encode_).matmul(decode_) - target).pow(2).mean();
    const torch::Tensor size = encode_.pow(2).mean();
    return {{"loss", error + size * 0.001}, {"error", error}, {"size", size}};
  }

  torch::Tensor encode_;
  torch::Tensor decode_;
  torch::Tensor running_mean_;
};

/// Cells on a plane in [width] dimensions with a little noise.
inline Matrix plane(Index cells = 100, Index width = 6) {
  DenseMatrix x(cells, width);
  const Philox philox(4, Purpose::simulation);
  for (Index r = 0; r < cells; ++r) {
    const auto key = static_cast<std::uint64_t>(r) * 100;
    const float a = philox.normal(key);
    const float b = philox.normal(key + 1);
    for (Index c = 0; c < width; ++c) {
      const auto angle = static_cast<float>(c);
      x(r, c) = a * std::sin(angle) + b * std::cos(angle) +
                0.05F * philox.normal(key + 2 + static_cast<std::uint64_t>(c));
    }
  }
  return x;
}

}  // namespace mixvae::training
