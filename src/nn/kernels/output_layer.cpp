#include "nn/kernels/output_layer.hpp"

#include <algorithm>

#include "base/parallel.hpp"
#include "nn/kernels/output_errors.hpp"
#include "nn/kernels/simd.hpp"
#include "nn/kernels/tile_products.hpp"

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

/// What one task works with.
struct Task {
  std::int64_t number;
  std::int64_t arm;
  std::unique_ptr<TileProducts> products;
  Scratch bias_gradient{kTileColumns};
};

class TiledError {
 public:
  TiledError(const OutputLayer& layer, const OutputGradients* gradients, Precision precision)
      : layer_(layer),
        gradients_(gradients),
        precision_(precision),
        plan_(layer),
        h_gradients_(gradients == nullptr ? 1
                                          : layer.arms * plan_.groups * layer.cells * layer.hidden),
        errors_(static_cast<std::size_t>(layer.arms * plan_.groups * layer.cells)) {}

  void run(float* errors) {
    if (precision_ == Precision::bf16) {
      round_hidden();
    }
    for (const SparseView& target : layer_.sparse) {
      blocks_.push_back(column_blocks(target, layer_.cells, layer_.features));
    }
    parallel_tasks(layer_.arms * plan_.groups, [this](std::int64_t number) { run_task(number); });
    parallel_for(layer_.arms * layer_.cells, 64,
                 [&](std::int64_t begin, std::int64_t end) { combine(begin, end, errors); });
  }

 private:
  void round_hidden() {
    const std::int64_t width = bf16_width(layer_.hidden);
    rounded_h_.resize(static_cast<std::size_t>(layer_.arms * layer_.cells * width));
    parallel_for(layer_.arms * layer_.cells, 256, [&](std::int64_t begin, std::int64_t end) {
      round_rows(layer_.h + begin * layer_.hidden, end - begin, layer_.hidden, layer_.hidden, width,
                 rounded_h_.data() + begin * width);
    });
  }

  std::unique_ptr<TileProducts> make_products() const {
    const std::int64_t rows = std::min(kTileRows, layer_.cells);
    return precision_ == Precision::bf16 ? bf16_products(layer_, rounded_h_.data(), rows)
                                         : float_products(layer_, rows);
  }

  void run_task(std::int64_t number) {
    Task task{number, number / plan_.groups, make_products()};
    const std::int64_t group = number % plan_.groups;
    const std::int64_t first = group * plan_.tiles / plan_.groups;
    for (std::int64_t t = first; t < (group + 1) * plan_.tiles / plan_.groups; ++t) {
      run_columns(task, t * kTileColumns, t == first);
    }
  }

  /// All cells over one stretch of features.
  void run_columns(Task& task, std::int64_t first_column, bool first_of_task) {
    const std::int64_t columns = std::min(kTileColumns, layer_.features - first_column);
    task.products->load_weights(layer_.weight_of(task.arm) + first_column, layer_.features,
                                columns);
    std::fill_n(task.bias_gradient.data(), columns, 0.0F);
    for (std::int64_t row = 0; row < layer_.cells; row += kTileRows) {
      const Tile tile{row, std::min(kTileRows, layer_.cells - row), first_column, columns};
      run_tile(task, tile);
      if (gradients_ != nullptr) {
        task.products->add_gradients(
            task.arm, tile, first_of_task,
            h_gradients_.data() + (task.number * layer_.cells + row) * layer_.hidden);
      }
    }
    if (gradients_ != nullptr) {
      store_weight_gradients(task, first_column, columns);
    }
  }

  void run_tile(Task& task, const Tile& tile) {
    task.products->multiply(task.arm, tile);
    const TileErrors out{layer_.bias_of(task.arm) + tile.first_column, task.products->y(),
                         gradients_ == nullptr ? nullptr : task.products->rounded_gradients(),
                         task.bias_gradient.data(),
                         errors_.data() + task.number * layer_.cells + tile.first_row};
    if (layer_.sparse.empty()) {
      dense_target_errors(tile, layer_.kind, layer_.dense + task.arm * layer_.dense_stride,
                          layer_.features, out);
    } else {
      sparse_target_errors(tile, layer_.kind, layer_.target_of(task.arm),
                           blocks_[layer_.target_number(task.arm)], out);
    }
  }

  void store_weight_gradients(const Task& task, std::int64_t first_column, std::int64_t columns) {
    const auto store = [this, columns](const float* gradient, float* out) {
      for (std::int64_t j = 0; j < columns; ++j) {
        out[j] = gradients_->scale * gradient[j];
      }
    };
    float* weight = gradients_->weight + task.arm * layer_.hidden * layer_.features + first_column;
    for (std::int64_t k = 0; k < layer_.hidden; ++k) {
      store(task.products->weight_gradient() + k * kTileColumns, weight + k * layer_.features);
    }
    store(task.bias_gradient.data(), gradients_->bias + task.arm * layer_.features + first_column);
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
      for (std::int64_t k = 0; k < layer_.hidden; ++k) {
        out[k] *= gradients_->scale;
      }
    }
  }

  const OutputLayer& layer_;
  const OutputGradients* gradients_;
  Precision precision_;
  Plan plan_;
  Scratch h_gradients_;               // [A, groups, B, H] of each task
  std::vector<double> errors_;        // [A, groups, B]
  std::vector<Bf16> rounded_h_ = {};  // [A, B, bf16_width(H)]
  std::vector<ColumnBlocks> blocks_;  // of each sparse target
};

}  // namespace

void tiled_error(const OutputLayer& layer, float* errors, const OutputGradients* gradients,
                 Precision precision) {
  TiledError(layer, gradients, precision).run(errors);
}

}  // namespace mixvae::nn::kernels
