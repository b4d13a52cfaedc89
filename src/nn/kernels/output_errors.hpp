#pragma once

#include <cstdint>

#include "nn/kernels/bf16.hpp"
#include "nn/kernels/output_layer.hpp"
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

/// Where the errors of a tile go, and what they need besides the target.
struct TileErrors {
  const float* bias;        // [columns]
  float* y;                 // [rows, y_stride] products h W; gradients by y = h W + b
  Bf16* rounded_gradients;  // [rows, kTileColumns], null: the gradients replace y
  float* bias_gradient;     // [columns] gains the gradients' column sums
  double* error;            // [rows] gains the errors
  std::int64_t y_stride = kTileColumns;
};

/// A tile's share of the errors for a target [B, D].
void sparse_target_errors(const Tile& tile, OutputKind kind, const SparseView& target,
                          const ColumnBlocks& blocks, const TileErrors& out);

/// The same for a dense target [B, D] of D = target_stride features.
void dense_target_errors(const Tile& tile, OutputKind kind, const float* target,
                         std::int64_t target_stride, const TileErrors& out);

}  // namespace mixvae::nn::kernels
