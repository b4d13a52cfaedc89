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
/// Floats for the blocks' shares of a layer's gradients.
constexpr std::int64_t kMostShares = 1 << 24;

}  // namespace

std::int64_t chain_blocks(std::int64_t arms, std::int64_t cells,
                          const std::vector<ChainLayer>& layers) {
  std::int64_t most = kMostBlocks;
  for (const ChainLayer& layer : layers) {
    const std::int64_t share = arms * layer.parameters();
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
    const std::int64_t units = layer.normalised() ? arms() * layer.outputs : 0;
    const std::int64_t sums = static_cast<std::int64_t>(blocks_.size()) * 2 * layer.outputs;
    states_.push_back({Scratch(values), Scratch(units > 0 ? values : 0), Scratch(units),
                       Scratch(units), Scratch(units), Scratch(units > 0 ? sums : 0),
                       Scratch(2 * units), Scratch(0), Scratch(0), Scratch(0)});
  }
}

void DenseChain::deal_blocks() {
  const bool shares_weights = std::ranges::any_of(layers_, [](const ChainLayer& layer) {
    return layer.weight != nullptr && layer.weight_stride == 0;
  });
  for (std::int64_t arm = 0; arm < arms(); ++arm) {
    first_block_.push_back(static_cast<std::int64_t>(blocks_.size()));
    const std::int64_t first = first_cells_[static_cast<std::size_t>(arm)];
    const std::int64_t rows = first_cells_[static_cast<std::size_t>(arm) + 1] - first;
    const std::int64_t count = rows > 0 ? chain_blocks(arms(), rows, layers_) : 0;
    const bool own = count == 1 && (arms() == 1 || !shares_weights);
    for (std::int64_t b = 0; b < count; ++b) {
      const std::int64_t begin = b * rows / count;
      blocks_.push_back({arm, static_cast<std::int64_t>(blocks_.size()), first + begin,
                         (b + 1) * rows / count - begin, own ? kNoShare : share_count_++});
    }
  }
  first_block_.push_back(static_cast<std::int64_t>(blocks_.size()));
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
    while (last + 1 < count && !layers_[last].normalised()) {
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
    if (layers_[last].normalised()) {
      combine_moments(last);
    }
    first = last + 1;
  }
  if (layers_.back().normalised()) {
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
    activate(shape.activation, values, affine, shape.mask_at(place), active);
  } else if (affine != active) {
    std::copy_n(affine, values, active);
  }
  if (shape.normalised()) {
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
  if (!shape.normalised()) {
    return;
  }
  State& state = states_[layer];
  const std::int64_t unit = block.arm * shape.outputs;
  const std::int64_t place = block.row * shape.outputs;
  normalise_rows(block.rows, shape.outputs, state.mean.data() + unit, state.scale.data() + unit,
                 state.active.data() + place, state.normal.data() + place);
  if (shape.normalisation == Normalisation::before_activation) {
    activate(shape.activation, block.rows * shape.outputs, state.normal.data() + place,
             shape.mask_at(place), state.active.data() + place);
  }
}

}  // namespace mixvae::nn::kernels
