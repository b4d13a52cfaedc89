#include "nn/kernels/output_errors.hpp"

#include <array>

#include "nn/kernels/vector_math.hpp"

namespace mixvae::nn::kernels {
namespace {

[[gnu::always_inline]] inline float activated(float y, bool relu) {
  return relu && !(y > 0) ? 0.0F : y;
}

[[gnu::always_inline]] inline double target_row(std::int64_t columns, bool relu,
                                                const float* target, const float* bias, float* y,
                                                float* bias_gradient) {
  Floats squares = {};
  std::int64_t j = 0;
  for (; j + kLanes <= columns; j += kLanes) {
    Floats mean = lanes(y + j) + lanes(bias + j);
    if (relu) {
      mean = mean > 0.0F ? mean : Floats{};
    }
    const Floats error = mean - lanes(target + j);
    const Floats slope = relu ? (mean > 0.0F ? error : Floats{}) : error;
    lanes(y + j) = slope;
    lanes(bias_gradient + j) += slope;
    squares += error * error;
  }
  double total = static_cast<double>(lane_sum(squares));
  for (; j < columns; ++j) {
    const float mean = activated(y[j] + bias[j], relu);
    const float error = mean - target[j];
    y[j] = relu && !(mean > 0) ? 0.0F : error;
    bias_gradient[j] += y[j];
    total += static_cast<double>(error * error);
  }
  return total;
}

}  // namespace

MIXVAE_CLONES
void sparse_target_errors(const Tile& tile, bool relu, const SparseView& target, std::int64_t* next,
                          const float* bias, float* y, float* bias_gradient, double* error) {
  alignas(64) std::array<float, kTileColumns> values = {};
  const std::int64_t limit = tile.first_column + tile.columns;
  for (std::int64_t i = 0; i < tile.rows; ++i) {
    const std::int64_t r = tile.first_row + i;
    const std::int64_t end = target.ends[r];
    std::int64_t place = next[r];
    for (; place < end && target.columns[place] < limit; ++place) {
      values[static_cast<std::size_t>(target.columns[place] - tile.first_column)] =
          target.values[place];
    }
    next[r] = place;
    error[i] += 0.5 * target_row(tile.columns, relu, values.data(), bias, y + i * kTileColumns,
                                 bias_gradient);
    values.fill(0);
  }
}

MIXVAE_CLONES
void dense_target_errors(const Tile& tile, bool relu, const float* target,
                         std::int64_t target_stride, const float* bias, float* y,
                         float* bias_gradient, double* error) {
  for (std::int64_t i = 0; i < tile.rows; ++i) {
    const float* row = target + (tile.first_row + i) * target_stride + tile.first_column;
    error[i] +=
        0.5 * target_row(tile.columns, relu, row, bias, y + i * kTileColumns, bias_gradient);
  }
}

}  // namespace mixvae::nn::kernels
