#include "nn/fused_chain.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "nn/gathered_gradient.hpp"
#include "nn/kernel_values.hpp"
#include "nn/kernels/dense_chain.hpp"

namespace mixvae::nn {
namespace {

using kernels::Activation;
using kernels::ChainGradients;
using kernels::ChainLayer;
using kernels::DenseChain;
using kernels::Normalisation;

/// What the layers of a chain have in common.
struct Form {
  std::vector<std::int64_t> first_cells;  // [A + 1] of each arm
  Activation activation = Activation::relu;
  Normalisation normalisation = Normalisation::none;
  bool begins_with_activation = false;    // of x itself, normalised like the others
  std::vector<torch::Tensor> masks = {};  // of each layer, or none
};

/// What lives from the forward to the backward pass.
struct Run : torch::CustomClassHolder {
  Run(const torch::Tensor& x, at::TensorList weights, Form its_form)
      : input(x.detach()),
        x_has_gradient(x.requires_grad()),
        parameters(weights.begin(), weights.end()),
        form(std::move(its_form)),
        chain(form.first_cells, ArmBatchNorm::kEpsilon, layers()) {}

  std::vector<ChainLayer> layers() const {
    std::vector<ChainLayer> out;
    const auto add = [&](std::int64_t inputs, std::int64_t outputs) -> ChainLayer& {
      const float* mask = form.masks.empty() ? nullptr : form.masks[out.size()].data_ptr<float>();
      out.push_back(
          {inputs, outputs, nullptr, 0, nullptr, 0, form.activation, form.normalisation, mask});
      return out.back();
    };
    if (form.begins_with_activation) {
      add(input.size(-1), input.size(-1));
    }
    for (std::size_t i = 0; i < parameters.size(); i += 2) {
      const torch::Tensor& weight = parameters[i];
      const bool shared = weight.size(0) == 1;
      ChainLayer& layer = add(weight.size(1), weight.size(2));
      layer.weight = weight.data_ptr<float>();
      layer.weight_stride = shared ? 0 : weight.size(1) * weight.size(2);
      layer.bias = parameters[i + 1].data_ptr<float>();
      layer.bias_stride = shared ? 0 : weight.size(2);
    }
    return out;
  }

  torch::Tensor input;
  bool x_has_gradient;
  std::vector<torch::Tensor> parameters;  // weight, bias of each layer
  Form form;
  DenseChain chain;
};

class Chain : public torch::autograd::Function<Chain> {
 public:
  static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& x,
                               at::TensorList parameters, const c10::intrusive_ptr<Run>& run) {
    std::vector<std::int64_t> shape = x.sizes().vec();
    shape.back() = parameters.empty() ? x.size(-1) : parameters.back().size(2);
    torch::Tensor out = torch::empty(shape);
    run->chain.forward(x.data_ptr<float>(), out.data_ptr<float>());
    context->saved_data["run"] = c10::IValue::make_capsule(run);
    return out;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto holder = context->saved_data["run"].toCapsule();
    Run* run = dynamic_cast<Run*>(holder.get());
    MIXVAE_ASSERT(run != nullptr, "the forward pass left its run");
    const torch::Tensor out_gradients = gradients[0].contiguous();
    const torch::Tensor x_gradients =
        run->x_has_gradient ? torch::empty_like(run->input) : torch::Tensor();
    torch::autograd::variable_list out{x_gradients};
    std::vector<ChainGradients> targets(run->form.begins_with_activation ? 1 : 0);
    for (std::size_t i = 0; i < run->parameters.size(); i += 2) {
      const GatheredGradient weight(run->parameters[i]);
      const GatheredGradient bias(run->parameters[i + 1]);
      targets.push_back({weight.data(), bias.data()});
      out.push_back(weight.returned());
      out.push_back(bias.returned());
    }
    run->chain.backward(out_gradients.data_ptr<float>(),
                        run->x_has_gradient ? x_gradients.data_ptr<float>() : nullptr, targets);
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

/// Each layer's mask is [N, O].
void check_masks(const torch::Tensor& x, const std::vector<torch::Tensor>& parameters,
                 const Form& form) {
  std::vector<std::int64_t> widths;
  if (form.begins_with_activation) {
    widths.push_back(x.size(-1));
  }
  for (std::size_t i = 0; i < parameters.size(); i += 2) {
    widths.push_back(parameters[i].size(2));
  }
  const auto fits = [&](const torch::Tensor& mask, std::int64_t width) {
    return readable_by_kernels(mask) && mask.numel() == form.first_cells.back() * width;
  };
  MIXVAE_ASSERT(form.masks.empty() || std::ranges::equal(form.masks, widths, fits),
                "each layer's mask fits");
}

void check(const torch::Tensor& x, const std::vector<torch::Tensor>& parameters, const Form& form) {
  MIXVAE_ASSERT(readable_by_kernels(x) && std::ranges::all_of(parameters, readable_by_kernels),
                "the kernels read contiguous floats on the CPU");
  MIXVAE_ASSERT(form.first_cells.front() == 0 && std::ranges::is_sorted(form.first_cells) &&
                    form.first_cells.back() * x.size(-1) == x.numel(),
                "all cells have an arm");
  const auto arms = static_cast<std::int64_t>(form.first_cells.size()) - 1;
  std::int64_t width = x.size(-1);
  for (std::size_t i = 0; i < parameters.size(); i += 2) {
    MIXVAE_ASSERT(parameters[i].size(1) == width, "the layer's input width fits");
    MIXVAE_ASSERT(parameters[i].size(0) == 1 || parameters[i].size(0) == arms,
                  "the layer has weights for each arm, or one for all");
    width = parameters[i].size(2);
  }
  check_masks(x, parameters, form);
}

/// Cells of arms that have the same number.
std::vector<std::int64_t> equal_arms(const torch::Tensor& x) {
  MIXVAE_ASSERT(x.dim() == 3, "x is [A, B, I]");
  std::vector<std::int64_t> first;
  for (std::int64_t arm = 0; arm <= x.size(0); ++arm) {
    first.push_back(arm * x.size(1));
  }
  return first;
}

/// The chain's output, and the run that made it.
std::pair<torch::Tensor, c10::intrusive_ptr<Run>> run_chain(const torch::Tensor& x,
                                                            std::span<const ArmLinear> layers,
                                                            Form form) {
  const std::vector<torch::Tensor> parameters = parameters_of(layers);
  check(x, parameters, form);
  const auto run = c10::make_intrusive<Run>(x, parameters, std::move(form));
  return {Chain::apply(x, at::TensorList(parameters), run), run};
}

void move_statistics(const Run& run, std::span<ArmBatchNorm> norms, const torch::Tensor& x) {
  for (std::size_t i = 0; i < norms.size(); ++i) {
    MIXVAE_ASSERT(norms[i].arms() == x.size(0), "the norm has statistics of each arm");
    norms[i].move_statistics(run.chain.means(i), run.chain.variances(i), x.size(1));
  }
}

}  // namespace

torch::Tensor fused_relu_layers(const torch::Tensor& x, std::span<const ArmLinear> layers) {
  const torch::Tensor input = x.contiguous();
  return run_chain(input, layers, {.first_cells = equal_arms(input)}).first;
}

torch::Tensor fused_normalised_layers(const torch::Tensor& x, std::span<const ArmLinear> layers,
                                      std::span<ArmBatchNorm> norms) {
  MIXVAE_ASSERT(x.size(1) >= 2, "batch statistics need at least two cells");
  MIXVAE_ASSERT(norms.size() == layers.size() + 1, "a norm for x and each layer");
  const torch::Tensor input = x.contiguous();
  const auto [out, run] = run_chain(input, layers,
                                    {.first_cells = equal_arms(input),
                                     .normalisation = Normalisation::after_activation,
                                     .begins_with_activation = true});
  move_statistics(*run, norms, x);
  return out;
}

torch::Tensor fused_elu_layers(const torch::Tensor& x, const EluLayers& stack) {
  MIXVAE_ASSERT(!stack.normalised || x.size(1) >= 2, "batch statistics need at least two cells");
  MIXVAE_ASSERT(stack.moved.empty() ||
                    (stack.normalised &&
                     stack.moved.size() == stack.layers.size() + (stack.after_affine ? 1 : 0)),
                "a norm for each layer");
  const torch::Tensor input = x.contiguous();
  const auto [out, run] = run_chain(
      input, stack.layers,
      {.first_cells = equal_arms(input),
       .activation = Activation::elu,
       .normalisation = stack.normalised ? Normalisation::before_activation : Normalisation::none,
       .begins_with_activation = stack.after_affine,
       .masks = stack.masks});
  move_statistics(*run, stack.moved, x);
  return out;
}

torch::Tensor fused_expert_layers(const torch::Tensor& x, std::span<const ArmLinear> layers,
                                  const std::vector<std::int64_t>& first_cells) {
  MIXVAE_ASSERT(x.dim() == 2, "x is [N, I]");
  return run_chain(x.contiguous(), layers,
                   {.first_cells = first_cells, .activation = Activation::elu})
      .first;
}

}  // namespace mixvae::nn
