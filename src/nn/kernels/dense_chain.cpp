#include "nn/kernels/dense_chain.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "nn/kernels/matrix_product.hpp"
#include "nn/kernels/unit_moments.hpp"

namespace mixvae::nn::kernels {
namespace {

// OpenBLAS takes other, slower ways for products below a million multiplications.
constexpr std::int64_t kLeastRows = 120;
constexpr std::int64_t kMostBlocks = 8;
constexpr std::int64_t kMostShares =
    1 << 24;  // floats for the blocks' shares of a layer's derivatives

/// Weights and biases of one arm's layer.
std::int64_t parameters_of(const ChainLayer& layer) {
  return layer.weight == nullptr ? 0 : (layer.inputs + 1) * layer.outputs;
}

}  // namespace

std::int64_t chain_blocks(std::int64_t arms, std::int64_t cells,
                          const std::vector<ChainLayer>& layers) {
  std::int64_t most = kMostBlocks;
  for (const ChainLayer& layer : layers) {
    const std::int64_t share = arms * parameters_of(layer);
    most = share > 0 ? std::min(most, kMostShares / share) : most;
  }
  return std::max<std::int64_t>(std::min(cells / kLeastRows, most), 1);
}

DenseChain::DenseChain(std::int64_t arms, std::int64_t cells, double epsilon,
                       std::vector<ChainLayer> layers)
    : arms_(arms),
      cells_(cells),
      epsilon_(static_cast<float>(epsilon)),
      layers_(std::move(layers)),
      blocks_(chain_blocks(arms, cells, layers_)) {
  MIXVAE_ASSERT(!layers_.empty(), "a chain has layers");
  for (const ChainLayer& layer : layers_) {
    const std::int64_t values = arms * cells * layer.outputs;
    const std::int64_t units = arms * layer.outputs;
    states_.push_back({Scratch(values), Scratch(layer.normalised ? values : 0), Scratch(units),
                       Scratch(units), Scratch(units), Scratch(2 * blocks_ * units),
                       Scratch(2 * units), Scratch(0), Scratch(0)});
  }
}

void DenseChain::make_room_for_slopes() {
  for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
    const bool last = layer + 1 == layers_.size();
    states_[layer].slopes = Scratch(last ? 0 : arms_ * cells_ * layers_[layer].outputs);
    states_[layer].parameters = Scratch(arms_ * blocks_ * parameters_of(layers_[layer]));
  }
}

DenseChain::Block DenseChain::block_of(std::int64_t task) const {
  const std::int64_t arm = task / blocks_;
  const std::int64_t number = task % blocks_;
  const std::int64_t first = number * cells_ / blocks_;
  return {arm, number, arm * cells_ + first, (number + 1) * cells_ / blocks_ - first};
}

template <class Work>
void DenseChain::for_blocks(const Work& work) const {
  parallel_tasks(arms_ * blocks_, [&](std::int64_t task) { work(block_of(task)); });
}

const float* DenseChain::input_of(std::size_t layer) const {
  if (layer == 0) {
    return x_;
  }
  const State& before = states_[layer - 1];
  return layers_[layer - 1].normalised ? before.normal.data() : before.active.data();
}

void DenseChain::forward(const float* x, float* out) {
  x_ = x;
  for (std::size_t first = 0; first < layers_.size();) {
    std::size_t last = first;
    while (last + 1 < layers_.size() && !layers_[last].normalised) {
      ++last;
    }
    for_blocks([&](const Block& block) {
      if (first > 0) {
        normalise(first - 1, block, states_[first - 1].normal.data());
      }
      for (std::size_t layer = first; layer <= last; ++layer) {
        run_forward(layer, block);
      }
    });
    if (layers_[last].normalised) {
      combine_moments(last);
    }
    first = last + 1;
  }
  const std::size_t last = layers_.size() - 1;
  State& state = states_[last];
  if (layers_[last].normalised) {
    for_blocks([&](const Block& block) { normalise(last, block, state.normal.data()); });
  }
  const float* result = layers_[last].normalised ? state.normal.data() : state.active.data();
  std::copy_n(result, arms_ * cells_ * layers_[last].outputs, out);
}

void DenseChain::run_forward(std::size_t layer, const Block& block) {
  const ChainLayer& shape = layers_[layer];
  const std::int64_t outputs = shape.outputs;
  float* active = states_[layer].active.data() + block.row * outputs;
  const float* input = input_of(layer) + block.row * shape.inputs;
  if (shape.weight == nullptr) {
    rectify(block.rows * outputs, input, active);
  } else {
    for (std::int64_t r = 0; r < block.rows; ++r) {
      std::copy_n(shape.bias + block.arm * shape.bias_stride, outputs, active + r * outputs);
    }
    multiply(block.rows, outputs, shape.inputs, 1, {input, shape.inputs},
             {shape.weight + block.arm * shape.weight_stride, outputs}, 1, active, outputs);
    rectify(block.rows * outputs, active, active);
  }
  if (shape.normalised) {
    column_moments(block.rows, outputs, active,
                   states_[layer].sums.data() + (block.arm * blocks_ + block.number) * 2 * outputs);
  }
}

/// Moments of all cells from those of the blocks, in their order.
void DenseChain::combine_moments(std::size_t layer) {
  State& state = states_[layer];
  const std::int64_t outputs = layers_[layer].outputs;
  const auto cells = static_cast<double>(cells_);
  for (std::int64_t arm = 0; arm < arms_; ++arm) {
    const float* sums = state.sums.data() + arm * blocks_ * 2 * outputs;
    for (std::int64_t u = 0; u < outputs; ++u) {
      double total = 0;
      for (std::int64_t b = 0; b < blocks_; ++b) {
        total += static_cast<double>(sums[b * 2 * outputs + u]);
      }
      const double mean = total / cells;
      double square = 0;
      for (std::int64_t b = 0; b < blocks_; ++b) {
        const auto rows = static_cast<double>(block_of(b).rows);
        const double off = static_cast<double>(sums[b * 2 * outputs + u]) / rows - mean;
        square += static_cast<double>(sums[(b * 2 + 1) * outputs + u]) + rows * off * off;
      }
      const std::int64_t unit = arm * outputs + u;
      state.mean.data()[unit] = static_cast<float>(mean);
      state.variance.data()[unit] = static_cast<float>(square / cells);
      state.scale.data()[unit] = 1.0F / std::sqrt(state.variance.data()[unit] + epsilon_);
    }
  }
}

void DenseChain::normalise(std::size_t layer, const Block& block, float* out) const {
  const ChainLayer& shape = layers_[layer];
  if (!shape.normalised) {
    return;
  }
  const State& state = states_[layer];
  const std::int64_t unit = block.arm * shape.outputs;
  const std::int64_t place = block.row * shape.outputs;
  normalise_rows(block.rows, shape.outputs, state.mean.data() + unit, state.scale.data() + unit,
                 state.active.data() + place, out + place);
}

void DenseChain::backward(const float* out_slopes, float* x_slopes,
                          const std::vector<ChainGradients>& gradients) {
  make_room_for_slopes();
  const std::size_t count = layers_.size();
  const auto slopes_of = [&](std::size_t layer) -> const float* {
    return layer + 1 == count ? out_slopes : states_[layer].slopes.data();
  };
  if (layers_.back().normalised) {
    for_blocks([&](const Block& block) { sum_slopes(count - 1, block, out_slopes); });
  }
  for (std::size_t last = count; last > 0;) {
    if (layers_[last - 1].normalised) {
      combine_slopes(last - 1);
    }
    std::size_t first = last - 1;
    while (first > 0 && !layers_[first - 1].normalised) {
      --first;
    }
    for_blocks([&](const Block& block) {
      for (std::size_t layer = last; layer-- > first;) {
        run_backward(layer, block, slopes_of(layer),
                     layer == 0 ? x_slopes : states_[layer - 1].slopes.data());
      }
      if (first > 0) {
        sum_slopes(first - 1, block, slopes_of(first - 1));
      }
    });
    last = first;
  }
  const auto tasks = static_cast<std::int64_t>(count);
  parallel_tasks(tasks, [&](std::int64_t layer) {
    for (std::int64_t arm = 0; arm < arms_; ++arm) {
      add_parameters(static_cast<std::size_t>(layer), arm,
                     gradients[static_cast<std::size_t>(layer)]);
    }
  });
}

void DenseChain::sum_slopes(std::size_t layer, const Block& block, const float* slopes) {
  const std::int64_t outputs = layers_[layer].outputs;
  State& state = states_[layer];
  slope_sums(block.rows, outputs, slopes + block.row * outputs,
             state.normal.data() + block.row * outputs,
             state.sums.data() + (block.arm * blocks_ + block.number) * 2 * outputs);
}

/// Means over all cells from the sums of the blocks, in their order.
void DenseChain::combine_slopes(std::size_t layer) {
  State& state = states_[layer];
  const std::int64_t size = 2 * layers_[layer].outputs;
  for (std::int64_t arm = 0; arm < arms_; ++arm) {
    for (std::int64_t i = 0; i < size; ++i) {
      double total = 0;
      for (std::int64_t b = 0; b < blocks_; ++b) {
        total += static_cast<double>(state.sums.data()[(arm * blocks_ + b) * size + i]);
      }
      state.slope_sums.data()[arm * size + i] =
          static_cast<float>(total / static_cast<double>(cells_));
    }
  }
}

void DenseChain::run_backward(std::size_t layer, const Block& block, const float* slopes,
                              float* x_slopes) {
  const ChainLayer& shape = layers_[layer];
  const std::int64_t outputs = shape.outputs;
  const std::int64_t place = block.row * outputs;
  State& state = states_[layer];
  Scratch before(block.rows * outputs);
  if (shape.normalised) {
    const float* means = state.slope_sums.data() + block.arm * 2 * outputs;
    slopes_before_norm(block.rows, outputs, slopes + place, state.normal.data() + place,
                       state.active.data() + place, means, means + outputs,
                       state.scale.data() + block.arm * outputs, before.data());
  } else {
    slopes_before_relu(block.rows * outputs, slopes + place, state.active.data() + place,
                       before.data());
  }
  if (shape.weight == nullptr) {
    if (x_slopes != nullptr) {
      std::copy_n(before.data(), block.rows * outputs, x_slopes + place);
    }
    return;
  }
  float* weight =
      state.parameters.data() + (block.arm * blocks_ + block.number) * (shape.inputs + 1) * outputs;
  const float* input = input_of(layer) + block.row * shape.inputs;
  multiply(shape.inputs, outputs, block.rows, 1, {input, shape.inputs, true},
           {before.data(), outputs}, 0, weight, outputs);
  float* bias = weight + shape.inputs * outputs;
  std::fill_n(bias, outputs, 0.0F);
  for (std::int64_t r = 0; r < block.rows; ++r) {
    add_to(outputs, before.data() + r * outputs, bias);
  }
  if (x_slopes != nullptr) {
    multiply(block.rows, shape.inputs, outputs, 1, {before.data(), outputs},
             {shape.weight + block.arm * shape.weight_stride, outputs, true}, 0,
             x_slopes + block.row * shape.inputs, shape.inputs);
  }
}

void DenseChain::add_parameters(std::size_t layer, std::int64_t arm,
                                const ChainGradients& gradients) const {
  const ChainLayer& shape = layers_[layer];
  if (shape.weight == nullptr) {
    return;
  }
  const std::int64_t size = shape.inputs * shape.outputs;
  for (std::int64_t b = 0; b < blocks_; ++b) {
    const float* share =
        states_[layer].parameters.data() + (arm * blocks_ + b) * (size + shape.outputs);
    add_to(size, share, gradients.weight + arm * shape.weight_stride);
    add_to(shape.outputs, share + size, gradients.bias + arm * shape.bias_stride);
  }
}

}  // namespace mixvae::nn::kernels
