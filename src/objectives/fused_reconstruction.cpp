#include "objectives/fused_reconstruction.hpp"

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "nn/gathered_gradient.hpp"
#include "nn/kernel_values.hpp"
#include "nn/kernels/exact_squared_error.hpp"
#include "nn/kernels/output_layer.hpp"
#include "nn/kernels/unit_moments.hpp"

namespace mixvae::objectives {
namespace {

using nn::kernels::OutputGradients;
using nn::kernels::OutputLayer;

void check(const torch::Tensor& h, const OutputWeights& output,
           const ReconstructionTarget& target) {
  MIXVAE_ASSERT(nn::readable_by_kernels(h) && nn::readable_by_kernels(output.weight) &&
                    nn::readable_by_kernels(output.bias),
                "the kernels read contiguous floats on the CPU");
  MIXVAE_ASSERT(!target.sparse.empty() || nn::readable_by_kernels(target.dense),
                "there is a target");
  MIXVAE_ASSERT(h.size(2) == output.weight.size(1), "the hidden width fits");
  for (const nn::SparseRows& rows : target.sparse) {
    MIXVAE_ASSERT(rows.rows() == h.size(1) && rows.columns == output.weight.size(2),
                  "the sparse target fits");
  }
}

OutputLayer layer_of(const torch::Tensor& h, const OutputWeights& output,
                     const ReconstructionTarget& target) {
  const torch::Tensor& weight = output.weight;
  const bool shared = weight.size(0) == 1;
  OutputLayer layer{.arms = h.size(0),
                    .cells = h.size(1),
                    .hidden = h.size(2),
                    .features = weight.size(2),
                    .kind = output.kind,
                    .h = h.data_ptr<float>(),
                    .weight = weight.data_ptr<float>(),
                    .weight_stride = shared ? 0 : weight.size(1) * weight.size(2),
                    .bias = output.bias.data_ptr<float>(),
                    .bias_stride = shared ? 0 : weight.size(2)};
  for (const nn::SparseRows& sparse : target.sparse) {
    layer.sparse.push_back(sparse.view());
  }
  if (layer.sparse.empty()) {
    layer.dense = target.dense.data_ptr<float>();
    layer.dense_stride = target.dense.size(0) == 1 ? 0 : layer.cells * layer.features;
  }
  return layer;
}

/// The exact form beats tiles of floats, tiles of 16-bit numbers beat it.
bool takes_exact_form(const OutputWeights& output, const ReconstructionTarget& target,
                      nn::kernels::Precision precision) {
  return output.kind == nn::kernels::OutputKind::linear && !target.sparse.empty() &&
         precision == nn::kernels::Precision::fp32;
}

torch::Tensor compute(const torch::Tensor& h, const OutputWeights& output,
                      const ReconstructionTarget& target, const OutputGradients* gradients) {
  const OutputLayer layer = layer_of(h, output, target);
  torch::Tensor errors = torch::empty({layer.arms, layer.cells});
  const auto precision = gradients == nullptr ? nn::kernels::Precision::fp32 : output.precision;
  if (takes_exact_form(output, target, precision)) {
    nn::kernels::exact_squared_error(layer, errors.data_ptr<float>(), gradients);
    return errors;
  }
  nn::kernels::tiled_error(layer, errors.data_ptr<float>(), gradients, precision);
  return errors;
}

class MeanSquaredError : public torch::autograd::Function<MeanSquaredError> {
 public:
  static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& h,
                               const torch::Tensor& weight, const torch::Tensor& bias,
                               nn::kernels::OutputKind kind, nn::kernels::Precision precision,
                               const ReconstructionTarget& target) {
    const std::int64_t arms = h.size(0);
    const torch::Tensor h_gradient = torch::empty_like(h);
    const torch::Tensor weight_gradient = torch::empty({arms, weight.size(1), weight.size(2)});
    const torch::Tensor bias_gradient = torch::empty({arms, 1, bias.size(2)});
    const OutputGradients gradients{1.0F / static_cast<float>(h.size(1)),
                                    h_gradient.data_ptr<float>(), weight_gradient.data_ptr<float>(),
                                    bias_gradient.data_ptr<float>()};
    const torch::Tensor errors = compute(h, {weight, bias, kind, precision}, target, &gradients);
    context->save_for_backward({h_gradient, weight_gradient, bias_gradient, weight, bias});
    return errors.mean(1);
  }

  /// The gradients are already there: they take the factor of each arm.
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const torch::autograd::variable_list saved = context->get_saved_variables();
    const torch::Tensor factors = gradients[0].contiguous();
    const float* factor = factors.data_ptr<float>();
    const nn::GatheredGradient weight(saved[3]);
    const nn::GatheredGradient bias(saved[4]);
    add_arms(saved[1], factor, saved[3].size(0) == 1, weight.data());
    add_arms(saved[2], factor, saved[4].size(0) == 1, bias.data());
    return {saved[0] * factors.view({-1, 1, 1}), weight.returned(), bias.returned(), {}, {}, {}};
  }

 private:
  /// Adds the arms' values [A, ...] times their factor to those of their own, or of one for all.
  static void add_arms(const torch::Tensor& values, const float* factor, bool shared, float* out) {
    constexpr std::int64_t kGrain = std::int64_t{1} << 14;
    const std::int64_t arms = values.size(0);
    const std::int64_t size = values.numel() / arms;
    for (std::int64_t a = 0; a < arms; ++a) {
      const float* from = values.data_ptr<float>() + a * size;
      float* to = out + (shared ? 0 : a * size);
      parallel_for(size, kGrain, [&](std::int64_t begin, std::int64_t end) {
        nn::kernels::add_scaled(end - begin, factor[a], from + begin, to + begin);
      });
    }
  }
};

}  // namespace

torch::Tensor fused_reconstruction_error(const torch::Tensor& h, const OutputWeights& output,
                                         const ReconstructionTarget& target) {
  const torch::Tensor hidden = h.detach().contiguous();
  check(hidden, output, target);
  return compute(hidden, output, target, nullptr);
}

torch::Tensor fused_mean_reconstruction_error(const torch::Tensor& h, const OutputWeights& output,
                                              const ReconstructionTarget& target) {
  const torch::Tensor hidden = h.contiguous();
  check(hidden, output, target);
  return MeanSquaredError::apply(hidden, output.weight, output.bias, output.kind, output.precision,
                                 target);
}

}  // namespace mixvae::objectives
