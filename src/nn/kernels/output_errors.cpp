#include "nn/kernels/output_errors.hpp"

#include <array>

#include "nn/kernels/bf16_lanes.hpp"
#include "nn/kernels/vector_math.hpp"

namespace mixvae::nn::kernels {
namespace {

/// Error and its gradient by y, of 16 features.
struct LaneErrors {
  Floats error;
  Floats gradient;
};

/// log(1 + exp(y)) - x y, by exp(-|y|), which does not overflow.
[[gnu::always_inline]] inline LaneErrors bernoulli_errors(const Floats& y, const Floats& target) {
  const Floats size = reinterpret_cast<Floats>(reinterpret_cast<Integers>(y) & 0x7FFFFFFF);
  const Floats e = exponential(-size);
  const Floats sum = e + 1.0F;
  const Floats softplus = 0.5F * (y + size) + logarithm(sum);
  const Floats probability = (y < 0.0F ? e : Floats{} + 1.0F) / sum;
  return {softplus - target * y, probability - target};
}

template <OutputKind kKind>
[[gnu::always_inline]] inline LaneErrors lane_errors(const Floats& y, const Floats& target) {
  if constexpr (kKind == OutputKind::bernoulli) {
    return bernoulli_errors(y, target);
  } else {
    constexpr bool kRelu = kKind == OutputKind::relu;
    const Floats mean = kRelu ? (y < 0.0F ? Floats{} : y) : y;  // a NaN stays one
    const Floats error = mean - target;
    return {0.5F * error * error, kRelu ? (mean <= 0.0F ? Floats{} : error) : error};
  }
}

/// `count` < 16 floats, and zeros.
[[gnu::always_inline]] inline Floats first_lanes(const float* values, std::int64_t count) {
  Floats first = {};
  for (std::int64_t i = 0; i < count; ++i) {
    first[i] = values[i];
  }
  return first;
}

/// One row of a tile: its error. Rounded gradients go to their own row, others replace y.
template <OutputKind kKind, bool kRounded>
[[gnu::always_inline]] inline double row_error(std::int64_t columns, const float* target,
                                               const float* bias, float* y, Bf16* rounded,
                                               float* bias_gradient) {
  Floats errors = {};
  std::int64_t j = 0;
  for (; j + kLanes <= columns; j += kLanes) {
    const LaneErrors found = lane_errors<kKind>(lanes(y + j) + lanes(bias + j), lanes(target + j));
    if (kRounded) {
      *reinterpret_cast<Bf16s*>(rounded + j) = to_bf16(found.gradient);
    } else {
      lanes(y + j) = found.gradient;
    }
    lanes(bias_gradient + j) += found.gradient;
    errors += found.error;
  }
  double total = static_cast<double>(lane_sum(errors));
  if (j < columns) {
    const std::int64_t left = columns - j;
    const LaneErrors found = lane_errors<kKind>(
        first_lanes(y + j, left) + first_lanes(bias + j, left), first_lanes(target + j, left));
    for (std::int64_t i = 0; i < left; ++i) {
      if (kRounded) {
        rounded[j + i] = to_bf16(Floats{} + found.gradient[i])[0];
      } else {
        y[j + i] = found.gradient[i];
      }
      bias_gradient[j + i] += found.gradient[i];
      total += static_cast<double>(found.error[i]);
    }
  }
  return total;
}

template <OutputKind kKind>
[[gnu::always_inline]] inline void add_row(const Tile& tile, std::int64_t i, const float* target,
                                           const TileErrors& out) {
  float* y = out.y + i * out.y_stride;
  out.error[i] +=
      out.rounded_gradients == nullptr
          ? row_error<kKind, false>(tile.columns, target, out.bias, y, nullptr, out.bias_gradient)
          : row_error<kKind, true>(tile.columns, target, out.bias, y,
                                   out.rounded_gradients + i * kTileColumns, out.bias_gradient);
}

/// Row i of a tile.
[[gnu::always_inline]] inline void add_row(const Tile& tile, std::int64_t i, OutputKind kind,
                                           const float* target, const TileErrors& out) {
  switch (kind) {
    case OutputKind::linear:
      return add_row<OutputKind::linear>(tile, i, target, out);
    case OutputKind::relu:
      return add_row<OutputKind::relu>(tile, i, target, out);
    case OutputKind::bernoulli:
      return add_row<OutputKind::bernoulli>(tile, i, target, out);
  }
}

}  // namespace

MIXVAE_CLONES
void sparse_target_errors(const Tile& tile, OutputKind kind, const SparseView& target,
                          const ColumnBlocks& blocks, const TileErrors& out) {
  alignas(64) std::array<float, kTileColumns> values = {};
  float* places = values.data() - tile.first_column;
  const std::int32_t* begins = blocks.begins(tile.first_column) + tile.first_row;
  const std::int32_t* ends = blocks.begins(tile.first_column + kTileColumns) + tile.first_row;
  for (std::int64_t i = 0; i < tile.rows; ++i) {
    const std::int64_t row = target.begins[tile.first_row + i];
    for (std::int64_t place = row + begins[i]; place < row + ends[i]; ++place) {
      places[target.columns[place]] = target.values[place];
    }
    add_row(tile, i, kind, values.data(), out);
    values.fill(0);
  }
}

MIXVAE_CLONES
void dense_target_errors(const Tile& tile, OutputKind kind, const float* target,
                         std::int64_t target_stride, const TileErrors& out) {
  for (std::int64_t i = 0; i < tile.rows; ++i) {
    add_row(tile, i, kind, target + (tile.first_row + i) * target_stride + tile.first_column, out);
  }
}

}  // namespace mixvae::nn::kernels
