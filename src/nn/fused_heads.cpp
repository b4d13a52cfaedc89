#include "nn/fused_heads.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "nn/gathered_gradient.hpp"
#include "nn/kernel_values.hpp"
#include "nn/kernels/matrix_product.hpp"
#include "nn/kernels/simd.hpp"
#include "nn/kernels/unit_moments.hpp"

namespace mixvae::nn {
namespace {

using kernels::multiply;
using torch::autograd::variable_list;

constexpr std::int64_t kHeadRows = 128;  // of a block, at least
/// Of an arm; each holds a share of the parameters' gradients.
constexpr std::int64_t kMostBlocks = 4;

/// The tensors of a call: inputs, then weight and bias of each layer.
struct Heads {
  std::size_t inputs;
  variable_list tensors;

  std::size_t layers() const { return (tensors.size() - inputs) / 2; }
  const torch::Tensor& input(std::size_t i) const { return tensors[i]; }
  const torch::Tensor& weight(std::size_t layer) const { return tensors[inputs + 2 * layer]; }
  const torch::Tensor& bias(std::size_t layer) const { return tensors[inputs + 2 * layer + 1]; }
  std::int64_t arms() const { return tensors.front().size(0); }
  std::int64_t cells() const { return tensors.front().size(1); }
  std::int64_t blocks() const {
    return std::clamp<std::int64_t>(cells() / kHeadRows, 1, kMostBlocks);
  }
};

/// A block of an arm's cells: rows of [A * B, width] tensors.
struct Block {
  std::int64_t arm;
  std::int64_t row;
  std::int64_t rows;
};

template <class Work>
void for_blocks(const Heads& heads, const Work& work) {
  const std::int64_t blocks = heads.blocks();
  parallel_tasks(heads.arms() * blocks, [&](std::int64_t task) {
    const std::int64_t arm = task / blocks;
    const std::int64_t first = task % blocks * heads.cells() / blocks;
    const std::int64_t end = (task % blocks + 1) * heads.cells() / blocks;
    work(task, Block{arm, arm * heads.cells() + first, end - first});
  });
}

float* rows_of(const torch::Tensor& tensor, const Block& block) {
  return tensor.data_ptr<float>() + block.row * tensor.size(2);
}

/// An arm's part of a parameter [A or 1, I, O].
float* of_arm(const torch::Tensor& parameter, std::int64_t arm) {
  return parameter.data_ptr<float>() +
         (parameter.size(0) == 1 ? 0 : arm * parameter.size(1) * parameter.size(2));
}

void run_forward(const Heads& heads, std::size_t layer, const Block& block, float* out) {
  const torch::Tensor& weight = heads.weight(layer);
  const std::int64_t outputs = weight.size(2);
  for (std::int64_t r = 0; r < block.rows; ++r) {
    std::copy_n(of_arm(heads.bias(layer), block.arm), outputs, out + r * outputs);
  }
  const float* w = of_arm(weight, block.arm);
  for (std::size_t i = 0; i < heads.inputs; ++i) {
    const std::int64_t width = heads.input(i).size(2);
    multiply(block.rows, outputs, width, 1, {rows_of(heads.input(i), block), width}, {w, outputs},
             1, out, outputs);
    w += width * outputs;
  }
}

/// Adds to the inputs' gradients, or sets them in the first layer; the parameters' share
/// [I + 1, O].
void run_backward(const Heads& heads, std::size_t layer, const Block& block,
                  const torch::Tensor& gradients, const variable_list& input_gradients,
                  float* share) {
  const torch::Tensor& weight = heads.weight(layer);
  const std::int64_t outputs = weight.size(2);
  const float* w = of_arm(weight, block.arm);
  const float* gradient = rows_of(gradients, block);
  for (std::size_t i = 0; i < heads.inputs; ++i) {
    const std::int64_t width = heads.input(i).size(2);
    multiply(block.rows, width, outputs, 1, {gradient, outputs}, {w, outputs, true},
             layer == 0 ? 0.0F : 1.0F, rows_of(input_gradients[i], block), width);
    multiply(width, outputs, block.rows, 1, {rows_of(heads.input(i), block), width, true},
             {gradient, outputs}, 0, share, outputs);
    w += width * outputs;
    share += width * outputs;
  }
  std::fill_n(share, outputs, 0.0F);
  for (std::int64_t r = 0; r < block.rows; ++r) {
    kernels::add_to(outputs, gradient + r * outputs, share);
  }
}

class FusedHeads : public torch::autograd::Function<FusedHeads> {
 public:
  static variable_list forward(torch::autograd::AutogradContext* context, at::TensorList tensors,
                               std::int64_t inputs) {
    const Heads heads{static_cast<std::size_t>(inputs), {tensors.begin(), tensors.end()}};
    variable_list out;
    for (std::size_t layer = 0; layer < heads.layers(); ++layer) {
      out.push_back(torch::empty({heads.arms(), heads.cells(), heads.weight(layer).size(2)}));
    }
    for_blocks(heads, [&](std::int64_t, const Block& block) {
      for (std::size_t layer = 0; layer < out.size(); ++layer) {
        run_forward(heads, layer, block, rows_of(out[layer], block));
      }
    });
    context->save_for_backward(heads.tensors);
    context->saved_data["inputs"] = inputs;
    return out;
  }

  static variable_list backward(torch::autograd::AutogradContext* context,
                                variable_list gradients) {
    const Heads heads{static_cast<std::size_t>(context->saved_data["inputs"].toInt()),
                      context->get_saved_variables()};
    variable_list input_gradients;
    for (std::size_t i = 0; i < heads.inputs; ++i) {
      input_gradients.push_back(torch::empty_like(heads.input(i)));
    }
    std::vector<kernels::Scratch> shares;  // [A, blocks, I + 1, O] of each layer
    for (std::size_t layer = 0; layer < heads.layers(); ++layer) {
      gradients[layer] = gradients[layer].contiguous();
      shares.emplace_back(heads.arms() * heads.blocks() * share_size(heads, layer));
    }
    for_blocks(heads, [&](std::int64_t task, const Block& block) {
      for (std::size_t layer = 0; layer < heads.layers(); ++layer) {
        run_backward(heads, layer, block, gradients[layer], input_gradients,
                     shares[layer].data() + task * share_size(heads, layer));
      }
    });
    variable_list out = input_gradients;
    for (std::size_t layer = 0; layer < heads.layers(); ++layer) {
      add_shares(heads, layer, shares[layer].data(), out);
    }
    out.emplace_back();
    return out;
  }

 private:
  static std::int64_t share_size(const Heads& heads, std::size_t layer) {
    return (heads.weight(layer).size(1) + 1) * heads.weight(layer).size(2);
  }

  /// The blocks' shares, in their order, to the gradients of a layer's weight and bias.
  static void add_shares(const Heads& heads, std::size_t layer, const float* shares,
                         variable_list& out) {
    const GatheredGradient weight(heads.weight(layer));
    const GatheredGradient bias(heads.bias(layer));
    const std::int64_t outputs = heads.weight(layer).size(2);
    const std::int64_t size = heads.weight(layer).size(1) * outputs;
    const bool shared = heads.weight(layer).size(0) == 1;
    for (std::int64_t block = 0; block < heads.arms() * heads.blocks(); ++block) {
      const std::int64_t arm = shared ? 0 : block / heads.blocks();
      const float* share = shares + block * (size + outputs);
      kernels::add_to(size, share, weight.data() + arm * size);
      kernels::add_to(outputs, share + size, bias.data() + arm * outputs);
    }
    out.push_back(weight.returned());
    out.push_back(bias.returned());
  }
};

}  // namespace

std::vector<torch::Tensor> fused_heads(const std::vector<torch::Tensor>& inputs,
                                       const std::vector<const ArmLinear*>& layers) {
  variable_list tensors;
  std::int64_t width = 0;
  for (const torch::Tensor& input : inputs) {
    tensors.push_back(input.contiguous());
    width += input.size(2);
  }
  for (const ArmLinear* layer : layers) {
    MIXVAE_ASSERT(layer->inputs() == width, "the layer's input width fits");
    tensors.push_back(layer->weight());
    tensors.push_back(layer->bias());
  }
  MIXVAE_ASSERT(std::ranges::all_of(tensors,
                                    [](const torch::Tensor& tensor) {
                                      return tensor.dim() == 3 && readable_by_kernels(tensor);
                                    }),
                "the kernels read contiguous floats on the CPU");
  return FusedHeads::apply(at::TensorList(tensors), static_cast<std::int64_t>(inputs.size()));
}

}  // namespace mixvae::nn
