#include "nn/normal_layer.hpp"

#include "base/error.hpp"
#include "nn/random.hpp"
#include "nn/transposed_convolution.hpp"

namespace mixvae::nn {
namespace {

constexpr std::int64_t kSide = 4;

std::vector<std::int64_t> weight_shape(NormalLayer::Kind kind, std::int64_t inputs,
                                       std::int64_t outputs) {
  switch (kind) {
    case NormalLayer::Kind::convolution:
      return {outputs, inputs, kSide, kSide};
    case NormalLayer::Kind::transposed:
      return {inputs, outputs, kSide, kSide};
    case NormalLayer::Kind::affine:
      break;
  }
  return {inputs, outputs};
}

torch::Tensor normal_parameter(at::IntArrayRef shape, double mean, std::uint64_t seed,
                               std::uint64_t step) {
  const torch::Tensor e = normal(shape, {seed, Purpose::initial_weights, step}, {});
  return (mean + NormalLayer::kDeviation * e).requires_grad_(true);
}

}  // namespace

NormalLayer::NormalLayer(Kind kind, std::int64_t inputs, std::int64_t outputs, bool normalised,
                         std::uint64_t seed, std::uint64_t layer)
    : kind_(kind),
      weight_(normal_parameter(weight_shape(kind, inputs, outputs), 0, seed, 2 * layer)),
      bias_(torch::zeros({outputs}).requires_grad_(true)) {
  if (normalised) {
    scale_ = normal_parameter({outputs}, 1, seed, 2 * layer + 1);
    running_mean_ = torch::zeros({outputs});
    running_variance_ = torch::ones({outputs});
  }
}

torch::Tensor NormalLayer::product(const torch::Tensor& x, const torch::Tensor& weight) const {
  switch (kind_) {
    case Kind::convolution:
      return at::conv2d(x, weight, {}, 2, 1);
    case Kind::transposed:
      return transposed_convolution(x, weight, 1);
    case Kind::affine:
      break;
  }
  return torch::matmul(x, weight);
}

torch::Tensor NormalLayer::forward(const torch::Tensor& x, const LayerPass& pass) const {
  const auto used = [&](const torch::Tensor& parameter) {
    return pass.learns ? parameter : parameter.detach();
  };
  const torch::Tensor h = product(x, used(weight_));
  if (!scale_.defined()) {
    return h + (h.dim() == 4 ? used(bias_).view({1, -1, 1, 1}) : used(bias_));
  }
  const bool of_batch = pass.statistics != NormStatistics::running;
  MIXVAE_ASSERT(!of_batch || h.dim() == 4 || h.size(0) >= 2,
                "batch statistics need at least two cells");
  const bool unrecorded = pass.statistics == NormStatistics::of_batch;
  return at::batch_norm(h, used(scale_), used(bias_), unrecorded ? torch::Tensor() : running_mean_,
                        unrecorded ? torch::Tensor() : running_variance_, of_batch, kMomentum,
                        kEpsilon, false);
}

void NormalLayer::visit(const std::string& name, const TensorVisitor& visitor) {
  visitor(name + ".weight", weight_, TensorKind::parameter);
  visitor(name + ".bias", bias_, TensorKind::parameter);
  if (scale_.defined()) {
    visitor(name + ".scale", scale_, TensorKind::parameter);
    visitor(name + ".running_mean", running_mean_, TensorKind::buffer);
    visitor(name + ".running_variance", running_variance_, TensorKind::buffer);
  }
}

}  // namespace mixvae::nn
