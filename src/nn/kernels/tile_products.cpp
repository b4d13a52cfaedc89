#include "nn/kernels/tile_products.hpp"

#include <algorithm>
#include <vector>

#include "nn/kernels/bf16_product.hpp"
#include "nn/kernels/matrix_product.hpp"
#include "nn/kernels/transpose.hpp"

namespace mixvae::nn::kernels {
namespace {

class FloatProducts final : public TileProducts {
 public:
  FloatProducts(const OutputLayer& layer, std::int64_t tile_rows)
      : TileProducts(tile_rows, layer.hidden),
        layer_(layer),
        weight_(layer.hidden * kTileColumns),
        transposed_(kTileColumns * padded(layer.hidden)) {}

  void load_weights(const float* weight, std::int64_t stride, std::int64_t columns) override {
    for (std::int64_t k = 0; k < layer_.hidden; ++k) {
      std::copy_n(weight + k * stride, columns, weight_.data() + k * kTileColumns);
    }
    transpose_rows(layer_.hidden, columns, weight_.data(), kTileColumns, transposed_.data(),
                   padded(layer_.hidden));
  }

  void multiply(std::int64_t arm, const Tile& tile) override {
    kernels::multiply(tile.rows, tile.columns, layer_.hidden, 1, h_of(arm, tile),
                      {weight_.data(), kTileColumns}, 0, y_.data(), kTileColumns);
  }

  void add_gradients(std::int64_t arm, const Tile& tile, bool set, float* h_gradient) override {
    const Factor gradients{y_.data(), kTileColumns};
    kernels::multiply(tile.rows, layer_.hidden, tile.columns, 1, gradients,
                      {transposed_.data(), padded(layer_.hidden)}, set ? 0.0F : 1.0F, h_gradient,
                      layer_.hidden);
    Factor h = h_of(arm, tile);
    h.transposed = true;
    kernels::multiply(layer_.hidden, tile.columns, tile.rows, 1, h, gradients,
                      tile.first_row == 0 ? 0.0F : 1.0F, weight_gradient_.data(), kTileColumns);
  }

 private:
  Factor h_of(std::int64_t arm, const Tile& tile) const {
    return {layer_.h_of(arm) + tile.first_row * layer_.hidden, layer_.hidden};
  }

  const OutputLayer& layer_;
  Scratch weight_;      // [H, kTileColumns]
  Scratch transposed_;  // [kTileColumns, padded(H)]
};

class Bf16Products final : public TileProducts {
 public:
  Bf16Products(const OutputLayer& layer, const Bf16* rounded_h, std::int64_t tile_rows)
      : TileProducts(tile_rows, layer.hidden),
        layer_(layer),
        width_(bf16_width(layer.hidden)),
        h_(rounded_h),
        weight_(static_cast<std::size_t>(width_ * kTileColumns)),
        gradients_(static_cast<std::size_t>(tile_rows * kTileColumns)) {}

  void load_weights(const float* weight, std::int64_t stride, std::int64_t columns) override {
    round_rows(weight, layer_.hidden, columns, stride, kTileColumns, weight_.data());
  }

  void multiply(std::int64_t arm, const Tile& tile) override {
    multiply_bf16(tile.rows, tile.columns, width_, h_of(arm, tile), {weight_.data(), kTileColumns},
                  false, y_.data(), kTileColumns);
  }

  void add_gradients(std::int64_t arm, const Tile& tile, bool set, float* h_gradient) override {
    const Bf16Factor gradients{gradients_.data(), kTileColumns};
    multiply_bf16(tile.rows, layer_.hidden, tile.columns, gradients,
                  {weight_.data(), kTileColumns, true}, !set, h_gradient, layer_.hidden);
    Bf16Factor h = h_of(arm, tile);
    h.transposed = true;
    multiply_bf16(layer_.hidden, tile.columns, tile.rows, h, gradients, tile.first_row > 0,
                  weight_gradient_.data(), kTileColumns);
  }

  Bf16* rounded_gradients() override { return gradients_.data(); }

 private:
  Bf16Factor h_of(std::int64_t arm, const Tile& tile) const {
    return {h_ + (arm * layer_.cells + tile.first_row) * width_, width_};
  }

  const OutputLayer& layer_;
  std::int64_t width_;
  const Bf16* h_;                // [A, B, width]
  std::vector<Bf16> weight_;     // [width, kTileColumns], zero below row H
  std::vector<Bf16> gradients_;  // [tile rows, kTileColumns]
};

}  // namespace

std::unique_ptr<TileProducts> float_products(const OutputLayer& layer, std::int64_t tile_rows) {
  return std::make_unique<FloatProducts>(layer, tile_rows);
}

std::unique_ptr<TileProducts> bf16_products(const OutputLayer& layer, const Bf16* rounded_h,
                                            std::int64_t tile_rows) {
  return std::make_unique<Bf16Products>(layer, rounded_h, tile_rows);
}

}  // namespace mixvae::nn::kernels
