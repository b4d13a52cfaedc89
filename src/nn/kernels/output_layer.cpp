#include "nn/kernels/output_layer.hpp"

#include <algorithm>

#include "base/parallel.hpp"
#include "nn/kernels/matrix_product.hpp"
#include "nn/kernels/output_errors.hpp"
#include "nn/kernels/simd.hpp"

namespace mixvae::nn::kernels {
namespace {

constexpr std::int64_t kTileRows = 192;

// Tasks of a step. Each takes a stretch of an arm's tiles and holds a partial gradient [B, H], so
// their number is bounded.
constexpr std::int64_t kMostTasks = 24;

/// The tiles of features of one arm, dealt to `groups` tasks.
struct Plan {
  std::int64_t tiles;
  std::int64_t groups;

  explicit Plan(const OutputLayer& layer)
      : tiles((layer.features + kTileColumns - 1) / kTileColumns),
        groups(std::clamp<std::int64_t>(kMostTasks / layer.arms, 1, tiles)) {}
};

/// The buffers of one task: a tile's weights, outputs and derivatives.
struct Buffers {
  Scratch weight;           // [H, kTileColumns]
  Scratch weight_gradient;  // [H, kTileColumns]
  Scratch bias_gradient{kTileColumns};
  Scratch y{kTileRows * kTileColumns};
  std::vector<std::int64_t> next;  // [B] each row's first non-zero of the coming tile

  explicit Buffers(std::int64_t hidden)
      : weight(hidden * kTileColumns), weight_gradient(hidden * kTileColumns) {}
};

class TiledError {
 public:
  TiledError(const OutputLayer& layer, const OutputGradients* gradients)
      : layer_(layer),
        gradients_(gradients),
        plan_(layer),
        h_gradients_(gradients == nullptr ? 1
                                          : layer.arms * plan_.groups * layer.cells * layer.hidden),
        errors_(static_cast<std::size_t>(layer.arms * plan_.groups * layer.cells)) {}

  void run(float* errors) {
    parallel_tasks(layer_.arms * plan_.groups, [this](std::int64_t task) {
      Buffers buffers(layer_.hidden);
      const std::int64_t group = task % plan_.groups;
      const std::int64_t first = group * plan_.tiles / plan_.groups;
      if (!layer_.sparse.empty()) {
        buffers.next = starts_of_rows(layer_.target_of(task / plan_.groups), layer_.cells,
                                      first * kTileColumns);
      }
      for (std::int64_t t = first; t < (group + 1) * plan_.tiles / plan_.groups; ++t) {
        run_columns(task, t * kTileColumns, t == first, buffers);
      }
    });
    parallel_for(layer_.arms * layer_.cells, 64,
                 [&](std::int64_t begin, std::int64_t end) { combine(begin, end, errors); });
  }

 private:
  /// All cells over one stretch of features.
  void run_columns(std::int64_t task, std::int64_t first_column, bool first_of_task,
                   Buffers& buffers) {
    const std::int64_t arm = task / plan_.groups;
    const std::int64_t columns = std::min(kTileColumns, layer_.features - first_column);
    for (std::int64_t k = 0; k < layer_.hidden; ++k) {
      std::copy_n(layer_.weight_of(arm) + k * layer_.features + first_column, columns,
                  buffers.weight.data() + k * kTileColumns);
    }
    std::fill_n(buffers.bias_gradient.data(), columns, 0.0F);
    for (std::int64_t row = 0; row < layer_.cells; row += kTileRows) {
      const Tile tile{row, std::min(kTileRows, layer_.cells - row), first_column, columns};
      run_tile(task, tile, buffers);
      if (gradients_ != nullptr) {
        add_gradients(task, tile, first_of_task, buffers);
      }
    }
    if (gradients_ != nullptr) {
      store_weight_gradients(arm, first_column, columns, buffers);
    }
  }

  void run_tile(std::int64_t task, const Tile& tile, Buffers& buffers) {
    const std::int64_t arm = task / plan_.groups;
    const float* h = layer_.h_of(arm) + tile.first_row * layer_.hidden;
    multiply(tile.rows, tile.columns, layer_.hidden, 1, {h, layer_.hidden},
             {buffers.weight.data(), kTileColumns}, 0, buffers.y.data(), kTileColumns);
    const float* bias = layer_.bias_of(arm) + tile.first_column;
    double* error = errors_.data() + task * layer_.cells + tile.first_row;
    if (layer_.sparse.empty()) {
      dense_target_errors(tile, layer_.relu, layer_.dense + arm * layer_.dense_stride,
                          layer_.features, bias, buffers.y.data(), buffers.bias_gradient.data(),
                          error);
    } else {
      sparse_target_errors(tile, layer_.relu, layer_.target_of(arm), buffers.next.data(), bias,
                           buffers.y.data(), buffers.bias_gradient.data(), error);
    }
  }

  void add_gradients(std::int64_t task, const Tile& tile, bool first_of_task, Buffers& buffers) {
    const std::int64_t hidden = layer_.hidden;
    const float* h = layer_.h_of(task / plan_.groups) + tile.first_row * hidden;
    multiply(tile.rows, hidden, tile.columns, gradients_->scale, {buffers.y.data(), kTileColumns},
             {buffers.weight.data(), kTileColumns, true}, first_of_task ? 0.0F : 1.0F,
             h_gradients_.data() + (task * layer_.cells + tile.first_row) * hidden, hidden);
    multiply(hidden, tile.columns, tile.rows, gradients_->scale, {h, hidden, true},
             {buffers.y.data(), kTileColumns}, tile.first_row == 0 ? 0.0F : 1.0F,
             buffers.weight_gradient.data(), kTileColumns);
  }

  void store_weight_gradients(std::int64_t arm, std::int64_t first_column, std::int64_t columns,
                              const Buffers& buffers) {
    float* weight = gradients_->weight + arm * layer_.hidden * layer_.features + first_column;
    for (std::int64_t k = 0; k < layer_.hidden; ++k) {
      std::copy_n(buffers.weight_gradient.data() + k * kTileColumns, columns,
                  weight + k * layer_.features);
    }
    float* bias = gradients_->bias + arm * layer_.features + first_column;
    for (std::int64_t j = 0; j < columns; ++j) {
      bias[j] = gradients_->scale * buffers.bias_gradient.data()[j];
    }
  }

  /// Adds up the tasks' shares of some cells, in the order of the tasks.
  void combine(std::int64_t begin, std::int64_t end, float* errors) {
    for (std::int64_t cell = begin; cell < end; ++cell) {
      const std::int64_t arm = cell / layer_.cells;
      const std::int64_t first = arm * plan_.groups * layer_.cells + cell % layer_.cells;
      double error = 0;
      for (std::int64_t g = 0; g < plan_.groups; ++g) {
        error += errors_[static_cast<std::size_t>(first + g * layer_.cells)];
      }
      errors[cell] = static_cast<float>(error);
      if (gradients_ == nullptr) {
        continue;
      }
      float* out = gradients_->h + cell * layer_.hidden;
      std::copy_n(h_gradients_.data() + first * layer_.hidden, layer_.hidden, out);
      for (std::int64_t g = 1; g < plan_.groups; ++g) {
        const float* part = h_gradients_.data() + (first + g * layer_.cells) * layer_.hidden;
        for (std::int64_t k = 0; k < layer_.hidden; ++k) {
          out[k] += part[k];
        }
      }
    }
  }

  const OutputLayer& layer_;
  const OutputGradients* gradients_;
  Plan plan_;
  Scratch h_gradients_;         // [A, groups, B, H] of each task
  std::vector<double> errors_;  // [A, groups, B]
};

}  // namespace

void tiled_squared_error(const OutputLayer& layer, float* errors,
                         const OutputGradients* gradients) {
  TiledError(layer, gradients).run(errors);
}

}  // namespace mixvae::nn::kernels
