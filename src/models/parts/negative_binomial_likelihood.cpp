#include "base/error.hpp"
#include "base/parallel.hpp"
#include "data/prepare/binomial.hpp"
#include "data/simulate/negative_binomial.hpp"
#include "models/parts/likelihood.hpp"
#include "objectives/fused_negative_binomial.hpp"
#include "objectives/negative_binomial.hpp"

namespace mixvae::models {
namespace {

/// Logit of the share of further zeros that training begins at.
constexpr double kStartingZeroLogit = -3;

/// Larger sizes are as Poisson as this one, and their gamma functions would be rounding alone.
constexpr double kLargestLogSize = 15;

/// Shares of a library at which training begins lie between these.
constexpr double kLeastShare = 1e-8;
constexpr double kLargestShare = 0.5;

/// Negative binomial counts [rows, D] of these means and sizes: a pure function of the key.
torch::Tensor drawn_counts(const torch::Tensor& mean, const torch::Tensor& size,
                           const nn::NoiseKey& key) {
  MIXVAE_ASSERT(!key.step.on_device.defined(), "counts are drawn on the host");
  const torch::Tensor means = mean.to(torch::kCPU, torch::kFloat64).contiguous();
  const torch::Tensor sizes = size.expand_as(means).to(torch::kCPU, torch::kFloat64).contiguous();
  torch::Tensor counts = torch::empty_like(means);
  const Philox random(key.seed, key.purpose, key.step.here);
  const auto* mu = means.data_ptr<double>();
  const auto* theta = sizes.data_ptr<double>();
  auto* out = counts.data_ptr<double>();
  parallel_for(means.numel(), 1 << 12, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      ElementStream stream(random, static_cast<std::uint64_t>(i));
      out[i] = static_cast<double>(negative_binomial(mu[i], 1 / theta[i], stream));
    }
  });
  return counts.to(mean.options());
}

class NegativeBinomialLikelihood : public Likelihood {
 public:
  ValueRange values() const override { return ValueRange::counts; }
  bool has_size() const override { return true; }
  torch::Tensor error(const Decoded& decoded, const torch::Tensor& target) const override {
    return objectives::negative_binomial_error(log_mean(decoded), log_size(decoded), target);
  }
  torch::Tensor cell_error(const Decoded& decoded, const torch::Tensor& target,
                           bool kernels) const override {
    return kernels ? objectives::fused_negative_binomial_error(
                         {decoded.outputs, log_size(decoded), decoded.library}, target)
                   : error(decoded, target);
  }
  torch::Tensor mean_error(const Decoded& decoded, const torch::Tensor& target,
                           bool kernels) const override {
    return kernels ? objectives::fused_mean_negative_binomial_error(
                         {decoded.outputs, log_size(decoded), decoded.library}, target)
                   : error(decoded, target).mean(1);
  }
  torch::Tensor mean(const Decoded& decoded) const override {
    return torch::sigmoid(decoded.outputs);
  }
  torch::Tensor sample(const Decoded& decoded, const nn::NoiseKey& key) const override {
    return counts(decoded, torch::sigmoid(decoded.outputs), key) / libraries(decoded);
  }
  torch::Tensor outputs_of_mean(const torch::Tensor& mean) const override {
    return torch::logit(mean.clamp(kLeastShare, kLargestShare));
  }

 protected:
  static torch::Tensor libraries(const Decoded& decoded) {
    MIXVAE_ASSERT(decoded.library.defined(), "counts have a library");
    return decoded.library.unsqueeze(-1);  // [B, 1]
  }
  static torch::Tensor log_size(const Decoded& decoded) {
    return decoded.log_size.clamp_max(kLargestLogSize);
  }
  /// ln of the library's share that each feature is expected to have, and of the count.
  static torch::Tensor log_mean(const torch::Tensor& logits, const torch::Tensor& libraries) {
    return libraries.log() + at::log_sigmoid(logits);
  }
  torch::Tensor log_mean(const Decoded& decoded) const {
    return log_mean(decoded.outputs, libraries(decoded));
  }
  static torch::Tensor counts(const Decoded& decoded, const torch::Tensor& share,
                              const nn::NoiseKey& key) {
    return drawn_counts(libraries(decoded) * share, log_size(decoded).exp(), key);
  }
};

class ZeroInflatedLikelihood final : public NegativeBinomialLikelihood {
 public:
  std::int64_t outputs_per_feature() const override { return 2; }
  torch::Tensor cell_error(const Decoded& decoded, const torch::Tensor& target,
                           bool /*kernels*/) const override {
    return error(decoded, target);
  }
  torch::Tensor mean_error(const Decoded& decoded, const torch::Tensor& target,
                           bool /*kernels*/) const override {
    return error(decoded, target).mean(1);
  }
  torch::Tensor error(const Decoded& decoded, const torch::Tensor& target) const override {
    const auto [logits, zeros] = parts(decoded);
    return objectives::zero_inflated_negative_binomial_error(log_mean(logits, libraries(decoded)),
                                                             log_size(decoded), zeros, target);
  }
  torch::Tensor mean(const Decoded& decoded) const override {
    const auto [logits, zeros] = parts(decoded);
    return torch::sigmoid(logits) * torch::sigmoid(-zeros);
  }
  torch::Tensor sample(const Decoded& decoded, const nn::NoiseKey& key) const override {
    const auto [logits, zeros] = parts(decoded);
    const torch::Tensor drawn = counts(decoded, torch::sigmoid(logits), key);
    const nn::NoiseKey other{key.seed, key.purpose, key.step + (std::uint64_t{1} << 32)};
    const torch::Tensor kept =
        nn::uniform(drawn.sizes(), other, drawn.options()).ge(torch::sigmoid(zeros));
    return drawn * kept / libraries(decoded);
  }
  torch::Tensor outputs_of_mean(const torch::Tensor& mean) const override {
    return torch::cat({NegativeBinomialLikelihood::outputs_of_mean(mean),
                       torch::full_like(mean, kStartingZeroLogit)});
  }

 private:
  struct Parts {
    torch::Tensor logits;  // [A, B, D] of the share of the library
    torch::Tensor zeros;   // [A, B, D] of the probability of a further zero
  };
  static Parts parts(const Decoded& decoded) {
    const std::int64_t features = decoded.outputs.size(-1) / 2;
    return {decoded.outputs.narrow(-1, 0, features),
            decoded.outputs.narrow(-1, features, features)};
  }
};

}  // namespace

std::shared_ptr<const Likelihood> negative_binomial_likelihood() {
  return std::make_shared<NegativeBinomialLikelihood>();
}

std::shared_ptr<const Likelihood> zero_inflated_likelihood() {
  return std::make_shared<ZeroInflatedLikelihood>();
}

}  // namespace mixvae::models
