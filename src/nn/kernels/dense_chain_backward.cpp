#include <algorithm>
#include <utility>

#include "base/parallel.hpp"
#include "nn/kernels/dense_chain.hpp"
#include "nn/kernels/matrix_product.hpp"
#include "nn/kernels/unit_moments.hpp"

namespace mixvae::nn::kernels {
namespace {

constexpr std::int64_t kParametersOfTask = 1 << 15;

}  // namespace

void DenseChain::make_room_for_gradients() {
  for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
    const bool last = layer + 1 == layers_.size();
    const ChainLayer& shape = layers_[layer];
    const std::int64_t values = cells() * shape.outputs;
    const bool inner = shape.normalisation == Normalisation::before_activation;
    states_[layer].gradients = Scratch(last ? 0 : values);
    states_[layer].inner = Scratch(inner ? values : 0);
    states_[layer].shares = Scratch(share_count_ * shape.parameters());
  }
}

void DenseChain::backward(const float* out_gradients, float* x_gradients,
                          const std::vector<ChainGradients>& gradients) {
  make_room_for_gradients();
  const std::size_t count = layers_.size();
  const auto gradients_of = [&](std::size_t layer) -> const float* {
    return layer + 1 == count ? out_gradients : states_[layer].gradients.data();
  };
  if (layers_.back().normalised()) {
    for_blocks([&](const Block& block) { sum_gradients(count - 1, block, out_gradients); });
  }
  for (std::size_t last = count; last > 0;) {
    if (layers_[last - 1].normalised()) {
      combine_gradients(last - 1);
    }
    std::size_t first = last - 1;
    while (first > 0 && !layers_[first - 1].normalised()) {
      --first;
    }
    for_blocks([&](const Block& block) {
      for (std::size_t layer = last; layer-- > first;) {
        run_backward(layer, block, gradients_of(layer), gradients[layer],
                     layer == 0 ? x_gradients : states_[layer - 1].gradients.data());
      }
      if (first > 0) {
        sum_gradients(first - 1, block, gradients_of(first - 1));
      }
    });
    last = first;
  }
  add_all_shares(gradients);
}

/// What the way back through a normalisation needs of all cells.
void DenseChain::sum_gradients(std::size_t layer, const Block& block, const float* out_gradients) {
  const ChainLayer& shape = layers_[layer];
  if (!shape.normalised()) {
    return;
  }
  const std::int64_t outputs = shape.outputs;
  const std::int64_t place = block.row * outputs;
  State& state = states_[layer];
  const float* inner = out_gradients + place;
  if (shape.normalisation == Normalisation::before_activation) {
    gradients_before_activation(shape.activation, block.rows * outputs, out_gradients + place,
                                state.active.data() + place, shape.mask_at(place),
                                state.inner.data() + place);
    inner = state.inner.data() + place;
  }
  gradient_sums(block.rows, outputs, inner, state.normal.data() + place,
                state.sums.data() + block.number * 2 * outputs);
}

/// Means over all cells from the sums of the blocks, in their order.
void DenseChain::combine_gradients(std::size_t layer) {
  State& state = states_[layer];
  const std::int64_t size = 2 * layers_[layer].outputs;
  for (std::int64_t arm = 0; arm < arms(); ++arm) {
    const auto a = static_cast<std::size_t>(arm);
    const auto cells =
        static_cast<double>(std::max<std::int64_t>(first_cells_[a + 1] - first_cells_[a], 1));
    for (std::int64_t i = 0; i < size; ++i) {
      double total = 0;
      for (std::int64_t b = first_block_[a]; b < first_block_[a + 1]; ++b) {
        total += static_cast<double>(state.sums.data()[b * size + i]);
      }
      state.gradient_means.data()[arm * size + i] = static_cast<float>(total / cells);
    }
  }
}

/// From the gradients by a layer's output those by x W + b, [rows, O].
void DenseChain::gradients_of_affine(std::size_t layer, const Block& block,
                                     const float* out_gradients, float* out) const {
  const ChainLayer& shape = layers_[layer];
  const State& state = states_[layer];
  const std::int64_t outputs = shape.outputs;
  const std::int64_t place = block.row * outputs;
  const float* means = state.gradient_means.data() + block.arm * 2 * outputs;
  const float* scale = state.scale.data() + block.arm * outputs;
  switch (shape.normalisation) {
    case Normalisation::none:
      gradients_before_activation(shape.activation, block.rows * outputs, out_gradients + place,
                                  state.active.data() + place, shape.mask_at(place), out);
      break;
    case Normalisation::before_activation:
      gradients_before_norm(block.rows, outputs, state.inner.data() + place,
                            state.normal.data() + place, means, means + outputs, scale, out);
      break;
    case Normalisation::after_activation:
      gradients_before_norm_and_relu(block.rows, outputs, out_gradients + place,
                                     state.normal.data() + place, state.active.data() + place,
                                     means, means + outputs, scale, out);
      break;
  }
}

void DenseChain::run_backward(std::size_t layer, const Block& block, const float* out_gradients,
                              const ChainGradients& gradients, float* x_gradients) {
  const ChainLayer& shape = layers_[layer];
  const std::int64_t outputs = shape.outputs;
  Scratch before(block.rows * outputs);
  gradients_of_affine(layer, block, out_gradients, before.data());
  if (shape.weight == nullptr) {
    if (x_gradients != nullptr) {
      std::copy_n(before.data(), block.rows * outputs, x_gradients + block.row * outputs);
    }
    return;
  }
  add_parameter_gradients(layer, block, before.data(), gradients);
  if (x_gradients != nullptr) {
    multiply(block.rows, shape.inputs, outputs, 1, {before.data(), outputs},
             {shape.weight + block.arm * shape.weight_stride, outputs, true}, 0,
             x_gradients + block.row * shape.inputs, shape.inputs);
  }
}

/// Those by a layer's parameters, from the gradients by x W + b [rows, O].
void DenseChain::add_parameter_gradients(std::size_t layer, const Block& block,
                                         const float* affine_gradients,
                                         const ChainGradients& gradients) {
  const ChainLayer& shape = layers_[layer];
  const std::int64_t outputs = shape.outputs;
  const bool shared = block.share != kNoShare;
  float* weight = shared ? states_[layer].shares.data() + block.share * shape.parameters()
                         : gradients.weight + block.arm * shape.weight_stride;
  float* bias =
      shared ? weight + shape.inputs * outputs : gradients.bias + block.arm * shape.bias_stride;
  const float* input = (layer == 0 ? x_ : output_of(layer - 1)) + block.row * shape.inputs;
  multiply(shape.inputs, outputs, block.rows, 1, {input, shape.inputs, true},
           {affine_gradients, outputs}, shared ? 0.0F : 1.0F, weight, outputs);
  if (shared) {
    std::fill_n(bias, outputs, 0.0F);
  }
  for (std::int64_t r = 0; r < block.rows; ++r) {
    add_to(outputs, affine_gradients + r * outputs, bias);
  }
}

/// All layers' gradients from the blocks' shares, a task for each stretch of parameters.
void DenseChain::add_all_shares(const std::vector<ChainGradients>& gradients) const {
  std::vector<std::pair<std::size_t, std::int64_t>> stretches;  // layer, first parameter
  for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
    for (std::int64_t p = 0; p < layers_[layer].parameters(); p += kParametersOfTask) {
      stretches.emplace_back(layer, p);
    }
  }
  parallel_tasks(static_cast<std::int64_t>(stretches.size()), [&](std::int64_t task) {
    const auto [layer, first] = stretches[static_cast<std::size_t>(task)];
    add_shares(layer, gradients[layer], first,
               std::min(first + kParametersOfTask, layers_[layer].parameters()));
  });
}

/// Those of the parameters begin ... end - 1, where the biases come behind the weights.
void DenseChain::add_shares(std::size_t layer, const ChainGradients& gradients, std::int64_t begin,
                            std::int64_t end) const {
  const ChainLayer& shape = layers_[layer];
  const std::int64_t weights = shape.inputs * shape.outputs;
  for (const Block& block : blocks_) {
    if (block.share == kNoShare) {
      continue;
    }
    const float* share = states_[layer].shares.data() + block.share * shape.parameters();
    if (begin < weights) {
      add_to(std::min(end, weights) - begin, share + begin,
             gradients.weight + block.arm * shape.weight_stride + begin);
    }
    if (end > weights) {
      const std::int64_t first = std::max(begin, weights);
      add_to(end - first, share + first,
             gradients.bias + block.arm * shape.bias_stride + first - weights);
    }
  }
}

}  // namespace mixvae::nn::kernels
