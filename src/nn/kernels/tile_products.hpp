#pragma once

#include <memory>

#include "nn/kernels/bf16.hpp"
#include "nn/kernels/output_errors.hpp"
#include "nn/kernels/output_layer.hpp"
#include "nn/kernels/simd.hpp"

namespace mixvae::nn::kernels {

/// The matrix products of one task of the tiled output layer, with the buffers of its tile: first
/// load_weights() of a stretch of features; then for each block of cells multiply(), errors and
/// gradients, add_gradients(). Gradients lack their scale.
class TileProducts {
 public:
  virtual ~TileProducts() = default;
  TileProducts(const TileProducts&) = delete;
  TileProducts& operator=(const TileProducts&) = delete;

  /// Takes W [H, columns] of an arm, whose rows are `stride` floats apart.
  virtual void load_weights(const float* weight, std::int64_t stride, std::int64_t columns) = 0;
  /// y = h W of a tile.
  virtual void multiply(std::int64_t arm, const Tile& tile) = 0;
  /// From the gradients of a tile: adds to h_gradient [rows, H], or sets it; adds to the
  /// stretch's weight gradient, or sets it in the first block of cells.
  virtual void add_gradients(std::int64_t arm, const Tile& tile, bool set, float* h_gradient) = 0;

  /// [rows, kTileColumns] products.
  float* y() { return y_.data(); }
  /// [rows, kTileColumns] where rounded gradients go; null: they replace y.
  virtual Bf16* rounded_gradients() { return nullptr; }
  /// [H, kTileColumns].
  const float* weight_gradient() const { return weight_gradient_.data(); }

 protected:
  TileProducts(std::int64_t tile_rows, std::int64_t hidden)
      : y_(tile_rows * kTileColumns), weight_gradient_(hidden * kTileColumns) {}

  Scratch y_;
  Scratch weight_gradient_;
};

/// In single precision; in 16 bits, [A, B, bf16_width(H)] hidden units rounded (round_rows).
std::unique_ptr<TileProducts> float_products(const OutputLayer& layer, std::int64_t tile_rows);
std::unique_ptr<TileProducts> bf16_products(const OutputLayer& layer, const Bf16* rounded_h,
                                            std::int64_t tile_rows);

/// Rows of whole tiles of the processor's matrix unit.
constexpr std::int64_t bf16_width(std::int64_t hidden) { return (hidden + 31) / 32 * 32; }

}  // namespace mixvae::nn::kernels
