#include "nn/kernels/output_errors.hpp"

#include <array>

#include "nn/kernels/bf16_lanes.hpp"
#include "nn/kernels/vector_math.hpp"

namespace mixvae::nn::kernels {
namespace {

[[gnu::always_inline]] inline float activated(float y, bool relu) {
  return relu && y < 0 ? 0.0F : y;  // a NaN stays one
}

/// One row of a tile: its squared error, not halved. Rounded derivatives go to their own row,
/// others replace y.
template <bool kRelu, bool kRounded>
[[gnu::always_inline]] inline double row_error(std::int64_t columns, const float* target,
                                               const float* bias, float* y, Bf16* rounded,
                                               float* bias_gradient) {
  Floats squares = {};
  std::int64_t j = 0;
  for (; j + kLanes <= columns; j += kLanes) {
    Floats mean = lanes(y + j) + lanes(bias + j);
    if (kRelu) {
      mean = mean < 0.0F ? Floats{} : mean;
    }
    const Floats error = mean - lanes(target + j);
    const Floats slope = kRelu ? (mean <= 0.0F ? Floats{} : error) : error;
    if (kRounded) {
      *reinterpret_cast<Bf16s*>(rounded + j) = to_bf16(slope);
    } else {
      lanes(y + j) = slope;
    }
    lanes(bias_gradient + j) += slope;
    squares += error * error;
  }
  double total = static_cast<double>(lane_sum(squares));
  for (; j < columns; ++j) {
    const float mean = activated(y[j] + bias[j], kRelu);
    const float error = mean - target[j];
    const float slope = kRelu && mean <= 0 ? 0.0F : error;
    if (kRounded) {
      rounded[j] = to_bf16(Floats{} + slope)[0];
    } else {
      y[j] = slope;
    }
    bias_gradient[j] += slope;
    total += static_cast<double>(error * error);
  }
  return total;
}

/// Row i of a tile.
[[gnu::always_inline]] inline void add_row(const Tile& tile, std::int64_t i, bool relu,
                                           const float* target, const TileErrors& out) {
  float* y = out.y + i * kTileColumns;
  Bf16* rounded = out.rounded_slopes == nullptr ? nullptr : out.rounded_slopes + i * kTileColumns;
  const auto error = [&]<bool kRelu, bool kRounded>() __attribute__((always_inline)) {
    return row_error<kRelu, kRounded>(tile.columns, target, out.bias, y, rounded,
                                      out.bias_gradient);
  };
  if (rounded == nullptr) {
    out.error[i] += 0.5 * (relu ? error.template operator()<true, false>()
                                : error.template operator()<false, false>());
  } else {
    out.error[i] += 0.5 * (relu ? error.template operator()<true, true>()
                                : error.template operator()<false, true>());
  }
}

}  // namespace

MIXVAE_CLONES
void sparse_target_errors(const Tile& tile, bool relu, const SparseView& target,
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
    add_row(tile, i, relu, values.data(), out);
    values.fill(0);
  }
}

MIXVAE_CLONES
void dense_target_errors(const Tile& tile, bool relu, const float* target,
                         std::int64_t target_stride, const TileErrors& out) {
  for (std::int64_t i = 0; i < tile.rows; ++i) {
    add_row(tile, i, relu, target + (tile.first_row + i) * target_stride + tile.first_column, out);
  }
}

}  // namespace mixvae::nn::kernels
