#include "nn/kernels/expert_output.hpp"

#include <algorithm>
#include <utility>

#include "base/parallel.hpp"
#include "nn/kernels/matrix_product.hpp"
#include "nn/kernels/output_errors.hpp"
#include "nn/kernels/unit_moments.hpp"

namespace mixvae::nn::kernels {
namespace {

constexpr std::int64_t kBlockRows = 128;
constexpr std::int64_t kUnits = 64;  // of the hidden layer, to a task of the weights' gradients

}  // namespace

ExpertOutput::ExpertOutput(ExpertLayer layer)
    : layer_(std::move(layer)),
      tiles_((layer_.features + kTileColumns - 1) / kTileColumns),
      width_(std::min(kTileColumns, padded(layer_.features))),
      y_gradients_(tiles_ * cells() * width_),
      y_gradient_sums_(0),
      tile_errors_(static_cast<std::size_t>(tiles_ * cells())) {
  for (std::int64_t expert = 0; expert < experts(); ++expert) {
    const std::int64_t end = layer_.first_cells[static_cast<std::size_t>(expert) + 1];
    for (std::int64_t row = layer_.first_cells[static_cast<std::size_t>(expert)]; row < end;
         row += kBlockRows) {
      blocks_.push_back({expert, static_cast<std::int64_t>(blocks_.size()), row,
                         std::min(kBlockRows, end - row)});
    }
  }
  y_gradient_sums_ = Scratch(static_cast<std::int64_t>(blocks_.size()) * tiles_ * width_);
}

std::int64_t ExpertOutput::columns_of(std::int64_t tile) const {
  return std::min(kTileColumns, layer_.features - tile * kTileColumns);
}

const float* ExpertOutput::y_gradients(std::int64_t tile, std::int64_t row) const {
  return y_gradients_.data() + (tile * cells() + row) * width_;
}

void ExpertOutput::errors(float* out) {
  std::ranges::fill(tile_errors_, 0.0);
  parallel_tasks(static_cast<std::int64_t>(blocks_.size()) * tiles_, [&](std::int64_t task) {
    run_tile(blocks_[static_cast<std::size_t>(task / tiles_)], task % tiles_);
  });
  for (std::int64_t cell = 0; cell < cells(); ++cell) {
    double error = 0;
    for (std::int64_t tile = 0; tile < tiles_; ++tile) {
      error += tile_errors_[static_cast<std::size_t>(tile * cells() + cell)];
    }
    out[cell] = static_cast<float>(error);
  }
}

void ExpertOutput::run_tile(const Block& block, std::int64_t tile) {
  const std::int64_t first = tile * kTileColumns;
  const std::int64_t columns = columns_of(tile);
  float* y = y_gradients_.data() + (tile * cells() + block.row) * width_;
  float* sums = y_gradient_sums_.data() + (block.number * tiles_ + tile) * width_;
  std::fill_n(sums, columns, 0.0F);
  multiply(
      block.rows, columns, layer_.hidden, 1, {layer_.h + block.row * layer_.hidden, layer_.hidden},
      {layer_.weight + block.expert * layer_.hidden * layer_.features + first, layer_.features}, 0,
      y, width_);
  dense_target_errors({block.row, block.rows, first, columns}, layer_.kind, layer_.target,
                      layer_.features,
                      {layer_.bias + block.expert * layer_.features + first, y, nullptr, sums,
                       tile_errors_.data() + tile * cells() + block.row, width_});
}

void ExpertOutput::gradients(const ExpertGradients& out) const {
  const auto blocks = static_cast<std::int64_t>(blocks_.size());
  const std::int64_t parts = (layer_.hidden + kUnits - 1) / kUnits;
  parallel_tasks(blocks + experts() * tiles_ * parts, [&](std::int64_t task) {
    if (task < blocks) {
      hidden_gradients(blocks_[static_cast<std::size_t>(task)], out);
    } else {
      const std::int64_t part = task - blocks;
      weight_gradients(part / (tiles_ * parts), part / parts % tiles_, part % parts * kUnits, out);
    }
  });
  bias_gradients(out);
}

void ExpertOutput::hidden_gradients(const Block& block, const ExpertGradients& out) const {
  for (std::int64_t tile = 0; tile < tiles_; ++tile) {
    const float* weight =
        layer_.weight + block.expert * layer_.hidden * layer_.features + tile * kTileColumns;
    multiply(block.rows, layer_.hidden, columns_of(tile), out.factors[block.expert],
             {y_gradients(tile, block.row), width_}, {weight, layer_.features, true},
             tile == 0 ? 0.0F : 1.0F, out.h + block.row * layer_.hidden, layer_.hidden);
  }
}

/// Of the hidden units first_unit ... first_unit + kUnits - 1.
void ExpertOutput::weight_gradients(std::int64_t expert, std::int64_t tile, std::int64_t first_unit,
                                    const ExpertGradients& out) const {
  const std::int64_t row = layer_.first_cells[static_cast<std::size_t>(expert)];
  const std::int64_t rows = layer_.first_cells[static_cast<std::size_t>(expert) + 1] - row;
  if (rows == 0) {
    return;
  }
  float* weight =
      out.weight + (expert * layer_.hidden + first_unit) * layer_.features + tile * kTileColumns;
  multiply(std::min(kUnits, layer_.hidden - first_unit), columns_of(tile), rows,
           out.factors[expert], {layer_.h + row * layer_.hidden + first_unit, layer_.hidden, true},
           {y_gradients(tile, row), width_}, 1, weight, layer_.features);
}

void ExpertOutput::bias_gradients(const ExpertGradients& out) const {
  for (const Block& block : blocks_) {
    for (std::int64_t tile = 0; tile < tiles_; ++tile) {
      add_scaled(columns_of(tile), out.factors[block.expert],
                 y_gradient_sums_.data() + (block.number * tiles_ + tile) * width_,
                 out.bias + block.expert * layer_.features + tile * kTileColumns);
    }
  }
}

}  // namespace mixvae::nn::kernels
