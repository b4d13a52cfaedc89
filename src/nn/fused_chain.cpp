#include "nn/fused_chain.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "nn/gathered_gradient.hpp"
#include "nn/kernels/dense_chain.hpp"

namespace mixvae::nn {
namespace {

using kernels::ChainGradients;
using kernels::ChainLayer;
using kernels::DenseChain;

/// What lives from the forward to the backward pass.
struct Run : torch::CustomClassHolder {
  Run(const torch::Tensor& x, at::TensorList weights, bool with_norms)
      : input(x.detach()),
        parameters(weights.begin(), weights.end()),
        normalised(with_norms),
        chain(x.size(0), x.size(1), ArmBatchNorm::kEpsilon, layers_of(x, weights, with_norms)) {}

  static std::vector<ChainLayer> layers_of(const torch::Tensor& x, at::TensorList parameters,
                                           bool normalised) {
    std::vector<ChainLayer> layers;
    if (normalised) {
      layers.push_back({x.size(2), x.size(2), nullptr, 0, nullptr, 0, true});
    }
    for (std::size_t i = 0; i < parameters.size(); i += 2) {
      const torch::Tensor& weight = parameters[i];
      const torch::Tensor& bias = parameters[i + 1];
      const bool shared = weight.size(0) == 1;
      layers.push_back({weight.size(1), weight.size(2), weight.data_ptr<float>(),
                        shared ? 0 : weight.size(1) * weight.size(2), bias.data_ptr<float>(),
                        shared ? 0 : weight.size(2), normalised});
    }
    return layers;
  }

  torch::Tensor input;
  std::vector<torch::Tensor> parameters;  // weight, bias of each layer
  bool normalised;
  DenseChain chain;
};

class Chain : public torch::autograd::Function<Chain> {
 public:
  static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& x,
                               at::TensorList parameters, const c10::intrusive_ptr<Run>& run) {
    const torch::Tensor out = torch::empty(
        {x.size(0), x.size(1), parameters.empty() ? x.size(2) : parameters.back().size(2)});
    run->chain.forward(x.data_ptr<float>(), out.data_ptr<float>());
    context->saved_data["run"] = c10::IValue::make_capsule(run);
    return out;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto holder = context->saved_data["run"].toCapsule();
    Run* run = dynamic_cast<Run*>(holder.get());
    MIXVAE_ASSERT(run != nullptr, "the forward pass left its run");
    const torch::Tensor slopes = gradients[0].contiguous();
    const torch::Tensor x_slopes = torch::empty_like(run->input);
    torch::autograd::variable_list out{x_slopes};
    std::vector<ChainGradients> targets(run->normalised ? 1 : 0);  // the first layer has none
    for (std::size_t i = 0; i < run->parameters.size(); i += 2) {
      const GatheredGradient weight(run->parameters[i]);
      const GatheredGradient bias(run->parameters[i + 1]);
      targets.push_back({weight.data(), bias.data()});
      out.push_back(weight.returned());
      out.push_back(bias.returned());
    }
    run->chain.backward(slopes.data_ptr<float>(), x_slopes.data_ptr<float>(), targets);
    out.emplace_back();
    return out;
  }
};

std::vector<torch::Tensor> parameters_of(std::span<const ArmLinear> layers) {
  std::vector<torch::Tensor> parameters;
  for (const ArmLinear& layer : layers) {
    parameters.push_back(layer.weight());
    parameters.push_back(layer.bias());
  }
  return parameters;
}

void check(const torch::Tensor& x, const std::vector<torch::Tensor>& parameters) {
  const auto readable = [](const torch::Tensor& tensor) {
    return tensor.is_contiguous() && tensor.scalar_type() == torch::kFloat32 &&
           tensor.device().is_cpu();
  };
  MIXVAE_ASSERT(x.dim() == 3 && readable(x) && std::ranges::all_of(parameters, readable),
                "the kernels read contiguous floats on the CPU");
  std::int64_t width = x.size(2);
  for (std::size_t i = 0; i < parameters.size(); i += 2) {
    MIXVAE_ASSERT(parameters[i].size(1) == width, "the layer's input width fits");
    width = parameters[i].size(2);
  }
}

}  // namespace

torch::Tensor fused_relu_layers(const torch::Tensor& x, std::span<const ArmLinear> layers) {
  const std::vector<torch::Tensor> parameters = parameters_of(layers);
  const torch::Tensor input = x.contiguous();
  check(input, parameters);
  return Chain::apply(input, at::TensorList(parameters),
                      c10::make_intrusive<Run>(input, parameters, false));
}

torch::Tensor fused_normalised_layers(const torch::Tensor& x, std::span<const ArmLinear> layers,
                                      std::span<ArmBatchNorm> norms) {
  MIXVAE_ASSERT(x.size(1) >= 2, "batch statistics need at least two cells");
  MIXVAE_ASSERT(norms.size() == layers.size() + 1, "a norm for x and each layer");
  const std::vector<torch::Tensor> parameters = parameters_of(layers);
  const torch::Tensor input = x.contiguous();
  check(input, parameters);
  const auto run = c10::make_intrusive<Run>(input, parameters, true);
  torch::Tensor out = Chain::apply(input, at::TensorList(parameters), run);
  for (std::size_t i = 0; i < norms.size(); ++i) {
    norms[i].move_statistics(run->chain.means(i), run->chain.variances(i), x.size(1));
  }
  return out;
}

}  // namespace mixvae::nn
