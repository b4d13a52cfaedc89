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
constexpr std::int64_t kParametersOfTask = 1 << 15;

/// Weights and biases of one arm's layer.
std::int64_t parameters_of(const ChainLayer& layer) {
  return layer.weight == nullptr ? 0 : (layer.inputs + 1) * layer.outputs;
}

bool is_normalised(const ChainLayer& layer) { return layer.normalisation != Normalisation::none; }

const float* mask_of(const ChainLayer& layer, std::int64_t place) {
  return layer.mask == nullptr ? nullptr : layer.mask + place;
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

DenseChain::DenseChain(std::vector<std::int64_t> first_cells, double epsilon,
                       std::vector<ChainLayer> layers)
    : first_cells_(std::move(first_cells)),
      epsilon_(static_cast<float>(epsilon)),
      layers_(std::move(layers)) {
  MIXVAE_ASSERT(!layers_.empty(), "a chain has layers");
  deal_blocks();
  for (const ChainLayer& layer : layers_) {
    MIXVAE_ASSERT(layer.normalisation != Normalisation::after_activation ||
                      (layer.activation == Activation::relu && layer.mask == nullptr),
                  "activations other than relu, and masks, come after normalisation");
    const std::int64_t values = cells() * layer.outputs;
    const std::int64_t units = is_normalised(layer) ? arms() * layer.outputs : 0;
    const std::int64_t sums = static_cast<std::int64_t>(blocks_.size()) * 2 * layer.outputs;
    states_.push_back({Scratch(values), Scratch(units > 0 ? values : 0), Scratch(units),
                       Scratch(units), Scratch(units), Scratch(units > 0 ? sums : 0),
                       Scratch(2 * units), Scratch(0), Scratch(0), Scratch(0)});
  }
}

void DenseChain::deal_blocks() {
  for (std::int64_t arm = 0; arm < arms(); ++arm) {
    first_block_.push_back(static_cast<std::int64_t>(blocks_.size()));
    const std::int64_t first = first_cells_[static_cast<std::size_t>(arm)];
    const std::int64_t rows = first_cells_[static_cast<std::size_t>(arm) + 1] - first;
    const std::int64_t count = rows > 0 ? chain_blocks(arms(), rows, layers_) : 0;
    for (std::int64_t b = 0; b < count; ++b) {
      const std::int64_t begin = b * rows / count;
      blocks_.push_back({arm, static_cast<std::int64_t>(blocks_.size()), first + begin,
                         (b + 1) * rows / count - begin});
    }
  }
  first_block_.push_back(static_cast<std::int64_t>(blocks_.size()));
}

void DenseChain::make_room_for_slopes() {
  for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
    const bool last = layer + 1 == layers_.size();
    const ChainLayer& shape = layers_[layer];
    const std::int64_t values = cells() * shape.outputs;
    const bool inner = shape.normalisation == Normalisation::before_activation;
    states_[layer].slopes = Scratch(last ? 0 : values);
    states_[layer].inner = Scratch(inner ? values : 0);
    states_[layer].parameters =
        Scratch(static_cast<std::int64_t>(blocks_.size()) * parameters_of(shape));
  }
}

template <class Work>
void DenseChain::for_blocks(const Work& work) const {
  parallel_tasks(static_cast<std::int64_t>(blocks_.size()),
                 [&](std::int64_t task) { work(blocks_[static_cast<std::size_t>(task)]); });
}

const float* DenseChain::output_of(std::size_t layer) const {
  const bool after = layers_[layer].normalisation == Normalisation::after_activation;
  return after ? states_[layer].normal.data() : states_[layer].active.data();
}

void DenseChain::forward(const float* x, float* out) {
  x_ = x;
  const std::size_t count = layers_.size();
  for (std::size_t first = 0; first < count;) {
    std::size_t last = first;
    while (last + 1 < count && !is_normalised(layers_[last])) {
      ++last;
    }
    for_blocks([&](const Block& block) {
      if (first > 0) {
        finish_normalisation(first - 1, block);
      }
      for (std::size_t layer = first; layer <= last; ++layer) {
        run_forward(layer, layer == 0 ? x_ : output_of(layer - 1), block);
      }
    });
    if (is_normalised(layers_[last])) {
      combine_moments(last);
    }
    first = last + 1;
  }
  if (is_normalised(layers_.back())) {
    for_blocks([&](const Block& block) { finish_normalisation(count - 1, block); });
  }
  std::copy_n(output_of(count - 1), cells() * layers_.back().outputs, out);
}

/// Up to the normalisation, whose moments it takes.
void DenseChain::run_forward(std::size_t layer, const float* input, const Block& block) {
  const ChainLayer& shape = layers_[layer];
  const std::int64_t outputs = shape.outputs;
  const std::int64_t place = block.row * outputs;
  const std::int64_t values = block.rows * outputs;
  float* active = states_[layer].active.data() + place;
  const float* affine = active;
  if (shape.weight == nullptr) {
    affine = input + place;
  } else {
    for (std::int64_t r = 0; r < block.rows; ++r) {
      std::copy_n(shape.bias + block.arm * shape.bias_stride, outputs, active + r * outputs);
    }
    multiply(block.rows, outputs, shape.inputs, 1, {input + block.row * shape.inputs, shape.inputs},
             {shape.weight + block.arm * shape.weight_stride, outputs}, 1, active, outputs);
  }
  if (shape.normalisation != Normalisation::before_activation) {
    activate(shape.activation, values, affine, mask_of(shape, place), active);
  } else if (affine != active) {
    std::copy_n(affine, values, active);
  }
  if (is_normalised(shape)) {
    column_moments(block.rows, outputs, active,
                   states_[layer].sums.data() + block.number * 2 * outputs);
  }
}

/// Moments of all cells from those of the blocks, in their order.
void DenseChain::combine_moments(std::size_t layer) {
  State& state = states_[layer];
  const std::int64_t outputs = layers_[layer].outputs;
  for (std::int64_t arm = 0; arm < arms(); ++arm) {
    const auto a = static_cast<std::size_t>(arm);
    const auto cells =
        static_cast<double>(std::max<std::int64_t>(first_cells_[a + 1] - first_cells_[a], 1));
    for (std::int64_t u = 0; u < outputs; ++u) {
      const auto sum = [&](std::int64_t b, std::int64_t kind) {
        return static_cast<double>(state.sums.data()[(b * 2 + kind) * outputs + u]);
      };
      double total = 0;
      for (std::int64_t b = first_block_[a]; b < first_block_[a + 1]; ++b) {
        total += sum(b, 0);
      }
      const double mean = total / cells;
      double square = 0;
      for (std::int64_t b = first_block_[a]; b < first_block_[a + 1]; ++b) {
        const auto rows = static_cast<double>(blocks_[static_cast<std::size_t>(b)].rows);
        const double off = sum(b, 0) / rows - mean;
        square += sum(b, 1) + rows * off * off;
      }
      const std::int64_t unit = arm * outputs + u;
      state.mean.data()[unit] = static_cast<float>(mean);
      state.variance.data()[unit] = static_cast<float>(square / cells);
      state.scale.data()[unit] = 1.0F / std::sqrt(state.variance.data()[unit] + epsilon_);
    }
  }
}

/// From a normalised layer's moments to its output.
void DenseChain::finish_normalisation(std::size_t layer, const Block& block) {
  const ChainLayer& shape = layers_[layer];
  if (!is_normalised(shape)) {
    return;
  }
  State& state = states_[layer];
  const std::int64_t unit = block.arm * shape.outputs;
  const std::int64_t place = block.row * shape.outputs;
  normalise_rows(block.rows, shape.outputs, state.mean.data() + unit, state.scale.data() + unit,
                 state.active.data() + place, state.normal.data() + place);
  if (shape.normalisation == Normalisation::before_activation) {
    activate(shape.activation, block.rows * shape.outputs, state.normal.data() + place,
             mask_of(shape, place), state.active.data() + place);
  }
}

void DenseChain::backward(const float* out_slopes, float* x_slopes,
                          const std::vector<ChainGradients>& gradients) {
  make_room_for_slopes();
  const std::size_t count = layers_.size();
  const auto slopes_of = [&](std::size_t layer) -> const float* {
    return layer + 1 == count ? out_slopes : states_[layer].slopes.data();
  };
  if (is_normalised(layers_.back())) {
    for_blocks([&](const Block& block) { sum_slopes(count - 1, block, out_slopes); });
  }
  for (std::size_t last = count; last > 0;) {
    if (is_normalised(layers_[last - 1])) {
      combine_slopes(last - 1);
    }
    std::size_t first = last - 1;
    while (first > 0 && !is_normalised(layers_[first - 1])) {
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
  add_parameters(gradients);
}

/// What the way back through a normalisation needs of all cells.
void DenseChain::sum_slopes(std::size_t layer, const Block& block, const float* slopes) {
  const ChainLayer& shape = layers_[layer];
  if (!is_normalised(shape)) {
    return;
  }
  const std::int64_t outputs = shape.outputs;
  const std::int64_t place = block.row * outputs;
  State& state = states_[layer];
  const float* inner = slopes + place;
  if (shape.normalisation == Normalisation::before_activation) {
    slopes_before_activation(shape.activation, block.rows * outputs, slopes + place,
                             state.active.data() + place, mask_of(shape, place),
                             state.inner.data() + place);
    inner = state.inner.data() + place;
  }
  slope_sums(block.rows, outputs, inner, state.normal.data() + place,
             state.sums.data() + block.number * 2 * outputs);
}

/// Means over all cells from the sums of the blocks, in their order.
void DenseChain::combine_slopes(std::size_t layer) {
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
      state.slope_sums.data()[arm * size + i] = static_cast<float>(total / cells);
    }
  }
}

/// From the derivatives by a layer's output those by x W + b, [rows, O].
void DenseChain::slopes_of_affine(std::size_t layer, const Block& block, const float* slopes,
                                  float* out) const {
  const ChainLayer& shape = layers_[layer];
  const State& state = states_[layer];
  const std::int64_t outputs = shape.outputs;
  const std::int64_t place = block.row * outputs;
  const float* means = state.slope_sums.data() + block.arm * 2 * outputs;
  const float* scale = state.scale.data() + block.arm * outputs;
  switch (shape.normalisation) {
    case Normalisation::none:
      slopes_before_activation(shape.activation, block.rows * outputs, slopes + place,
                               state.active.data() + place, mask_of(shape, place), out);
      break;
    case Normalisation::before_activation:
      slopes_before_norm(block.rows, outputs, state.inner.data() + place,
                         state.normal.data() + place, means, means + outputs, scale, out);
      break;
    case Normalisation::after_activation:
      slopes_before_norm_and_relu(block.rows, outputs, slopes + place, state.normal.data() + place,
                                  state.active.data() + place, means, means + outputs, scale, out);
      break;
  }
}

void DenseChain::run_backward(std::size_t layer, const Block& block, const float* slopes,
                              float* x_slopes) {
  const ChainLayer& shape = layers_[layer];
  const std::int64_t outputs = shape.outputs;
  Scratch before(block.rows * outputs);
  slopes_of_affine(layer, block, slopes, before.data());
  if (shape.weight == nullptr) {
    if (x_slopes != nullptr) {
      std::copy_n(before.data(), block.rows * outputs, x_slopes + block.row * outputs);
    }
    return;
  }
  float* weight = states_[layer].parameters.data() + block.number * parameters_of(shape);
  const float* input = (layer == 0 ? x_ : output_of(layer - 1)) + block.row * shape.inputs;
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

/// All layers' derivatives from the blocks' shares, a task for each stretch of parameters.
void DenseChain::add_parameters(const std::vector<ChainGradients>& gradients) const {
  std::vector<std::pair<std::size_t, std::int64_t>> stretches;  // layer, first parameter
  for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
    for (std::int64_t p = 0; p < parameters_of(layers_[layer]); p += kParametersOfTask) {
      stretches.emplace_back(layer, p);
    }
  }
  parallel_tasks(static_cast<std::int64_t>(stretches.size()), [&](std::int64_t task) {
    const auto [layer, first] = stretches[static_cast<std::size_t>(task)];
    add_shares(layer, gradients[layer], first,
               std::min(first + kParametersOfTask, parameters_of(layers_[layer])));
  });
}

/// Those of the parameters begin ... end - 1, where the biases come behind the weights.
void DenseChain::add_shares(std::size_t layer, const ChainGradients& gradients, std::int64_t begin,
                            std::int64_t end) const {
  const ChainLayer& shape = layers_[layer];
  const std::int64_t weights = shape.inputs * shape.outputs;
  for (const Block& block : blocks_) {
    const float* share = states_[layer].parameters.data() + block.number * parameters_of(shape);
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
