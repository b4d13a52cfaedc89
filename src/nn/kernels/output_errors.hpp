#pragma once

#include <cstdint>

#include "nn/kernels/sparse_product.hpp"

namespace mixvae::nn::kernels {

constexpr std::int64_t kTileColumns = 512;

/// A tile of the output layer: `rows` cells from first_row on, `columns` features from first_column
/// on.
struct Tile {
  std::int64_t first_row;
  std::int64_t rows;
  std::int64_t first_column;
  std::int64_t columns;  // at most kTileColumns, the floats from row to row in the tile's buffers
};

/// From products y = h W of a tile to its share of the squared error 1/2 sum (mean - target)^2 with
/// mean = relu(y + bias) or y + bias: y becomes the derivative by the pre-activation, its column
/// sums are added to bias_gradient [columns] and each row's error to error [rows]. `bias` starts at
/// the tile's first column, `error` at its first row. `next` [B]: where each row's non-zeros of
/// this tile begin, left where those of the tile to the right do.
void sparse_target_errors(const Tile& tile, bool relu, const SparseView& target, std::int64_t* next,
                          const float* bias, float* y, float* bias_gradient, double* error);

/// The same for a dense target [B, D] of D = target_stride features.
void dense_target_errors(const Tile& tile, bool relu, const float* target,
                         std::int64_t target_stride, const float* bias, float* y,
                         float* bias_gradient, double* error);

}  // namespace mixvae::nn::kernels
