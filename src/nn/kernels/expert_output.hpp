#pragma once

#include <cstdint>
#include <vector>

#include "nn/kernels/output_layer.hpp"
#include "nn/kernels/simd.hpp"

namespace mixvae::nn::kernels {

/// The output layers of M experts, y = h W + b for cells that lie expert by expert: those of expert
/// m from first_cells[m] on, which may be none. All arrays are row-major without gaps and must live
/// as long as the errors' gradients are needed.
struct ExpertLayer {
  std::vector<std::int64_t> first_cells;  // [M + 1]
  std::int64_t hidden;                    // H
  std::int64_t features;                  // D
  OutputKind kind;
  const float* h;       // [N, H]
  const float* weight;  // [M, H, D]
  const float* bias;    // [M, D]
  const float* target;  // [N, D]
};

/// Where gradients of the sum over experts m of factors[m] times the errors of m's cells go.
struct ExpertGradients {
  const float* factors;  // [M]
  float* h;              // [N, H], overwritten
  float* weight;         // [M, H, D], added
  float* bias;           // [M, D], added
};

/// Errors of the experts' outputs, and their gradients. The same bits for any number of threads.
class ExpertOutput {
 public:
  explicit ExpertOutput(ExpertLayer layer);

  /// errors [N] of the cells, by the layer's kind. Keeps the gradients by y.
  void errors(float* out);
  /// After errors().
  void gradients(const ExpertGradients& out) const;

 private:
  /// Cells of one expert.
  struct Block {
    std::int64_t expert;
    std::int64_t number;
    std::int64_t row;
    std::int64_t rows;
  };

  std::int64_t cells() const { return layer_.first_cells.back(); }
  std::int64_t experts() const { return static_cast<std::int64_t>(layer_.first_cells.size()) - 1; }
  std::int64_t columns_of(std::int64_t tile) const;
  const float* y_gradients(std::int64_t tile, std::int64_t row) const;
  void run_tile(const Block& block, std::int64_t tile);
  void weight_gradients(std::int64_t expert, std::int64_t tile, std::int64_t first_unit,
                        const ExpertGradients& out) const;
  void hidden_gradients(const Block& block, const ExpertGradients& out) const;
  void bias_gradients(const ExpertGradients& out) const;

  ExpertLayer layer_;
  std::int64_t tiles_;  // of features
  std::int64_t width_;  // floats from row to row of a tile
  std::vector<Block> blocks_;
  Scratch y_gradients_;              // [tiles, N, width]
  Scratch y_gradient_sums_;          // [blocks, tiles, width]
  std::vector<double> tile_errors_;  // [tiles, N]
};

}  // namespace mixvae::nn::kernels
