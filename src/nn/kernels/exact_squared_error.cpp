#include "nn/kernels/exact_squared_error.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "nn/kernels/matrix_product.hpp"
#include "nn/kernels/simd.hpp"
#include "nn/kernels/transpose.hpp"

namespace mixvae::nn::kernels {
namespace {

constexpr std::int64_t kBlockRows = 250;
constexpr std::int64_t kBlockColumns = 512;
constexpr std::int64_t kColumnTasks = 10;  // stretches of an arm's columns

/// h~ = [h, 1] and W~ = [W, b] padded with zeros to P lanes, and the small matrices made of them.
class ExactError {
 public:
  ExactError(const OutputLayer& layer, const OutputGradients* gradients)
      : layer_(layer),
        gradients_(gradients),
        width_(padded(layer.hidden + 1)),
        column_blocks_((layer.features + kBlockColumns - 1) / kBlockColumns),
        row_blocks_((layer.cells + kBlockRows - 1) / kBlockRows),
        h_(layer.arms * layer.cells * width_),
        w_(layer.arms * layer.features * width_),
        gram_parts_(layer.arms * column_blocks_ * width_ * width_),
        gram_(layer.arms * width_ * width_),
        q_(layer.arms * width_ * width_) {}

  void run(float* errors) {
    for (const SparseView& target : layer_.sparse) {
      blocks_.push_back(column_blocks(target, layer_.cells, layer_.features));
    }
    parallel_tasks(layer_.arms * column_blocks_, [this](std::int64_t task) { take_weights(task); });
    parallel_tasks(layer_.arms, [this](std::int64_t arm) { combine_arm(arm); });
    parallel_tasks(layer_.arms * row_blocks_,
                   [&](std::int64_t task) { compute_rows(task, errors); });
    if (gradients_ != nullptr) {
      parallel_tasks(target_arms() * kColumnTasks,
                     [this](std::int64_t task) { compute_columns(task); });
    }
  }

 private:
  struct Block {
    std::int64_t arm;
    std::int64_t first;
    std::int64_t count;
  };

  Block columns_of(std::int64_t task) const {
    const std::int64_t first = task % column_blocks_ * kBlockColumns;
    return {task / column_blocks_, first, std::min(kBlockColumns, layer_.features - first)};
  }

  float* w_of(const Block& block) {
    return w_.data() + (block.arm * layer_.features + block.first) * width_;
  }

  /// Transposes a block of W to one feature per row, and adds its share of G = W~' W~.
  void take_weights(std::int64_t task) {
    const Block block = columns_of(task);
    float* w = w_of(block);
    const float* weight = layer_.weight_of(block.arm) + block.first;
    transpose_rows(layer_.hidden, block.count, weight, layer_.features, w, width_);
    for (std::int64_t j = 0; j < block.count; ++j) {
      float* row = w + j * width_;
      row[layer_.hidden] = layer_.bias_of(block.arm)[block.first + j];
      std::fill(row + layer_.hidden + 1, row + width_, 0.0F);
    }
    multiply(width_, width_, block.count, 1, {w, width_, true}, {w, width_}, 0,
             gram_parts_.data() + task * width_ * width_, width_);
  }

  /// G of one arm from its blocks in their order; h~; Q = h~' h~.
  void combine_arm(std::int64_t arm) {
    const std::int64_t size = width_ * width_;
    float* gram = gram_.data() + arm * size;
    const float* parts = gram_parts_.data() + arm * column_blocks_ * size;
    std::copy_n(parts, size, gram);
    for (std::int64_t block = 1; block < column_blocks_; ++block) {
      for (std::int64_t i = 0; i < size; ++i) {
        gram[i] += parts[block * size + i];
      }
    }
    float* h = h_.data() + arm * layer_.cells * width_;
    for (std::int64_t n = 0; n < layer_.cells; ++n) {
      float* row = h + n * width_;
      std::copy_n(layer_.h_of(arm) + n * layer_.hidden, layer_.hidden, row);
      row[layer_.hidden] = 1;
      std::fill(row + layer_.hidden + 1, row + width_, 0.0F);
    }
    if (gradients_ != nullptr) {
      multiply(width_, width_, layer_.cells, 1, {h, width_, true}, {h, width_}, 0,
               q_.data() + arm * size, width_);
    }
  }

  /// Errors and gradients by h~ of a block of cells.
  void compute_rows(std::int64_t task, float* errors) {
    const std::int64_t arm = task / row_blocks_;
    const std::int64_t first = task % row_blocks_ * kBlockRows;
    const std::int64_t count = std::min(kBlockRows, layer_.cells - first);
    Scratch products(count * width_);
    Scratch h_gradients(count * width_);
    multiply_rows(layer_.target_of(arm), blocks_[layer_.target_number(arm)], first, first + count,
                  w_.data() + arm * layer_.features * width_, width_, products.data());
    std::copy_n(products.data(), count * width_, h_gradients.data());
    const float* h = h_.data() + (arm * layer_.cells + first) * width_;
    multiply(count, width_, width_, 1, {h, width_}, {gram_.data() + arm * width_ * width_, width_},
             -1, h_gradients.data(), width_);
    for (std::int64_t n = 0; n < count; ++n) {
      const float* h_gradient = h_gradients.data() + n * width_;
      // A difference of large numbers: rounding may leave less than nothing of it.
      errors[arm * layer_.cells + first + n] = static_cast<float>(
          std::max(0.0, 0.5 * (dot(h_gradient, h + n * width_) -
                               dot(products.data() + n * width_, h + n * width_) +
                               target_square(arm, first + n))));
      if (gradients_ != nullptr) {
        float* out = gradients_->h + (arm * layer_.cells + first + n) * layer_.hidden;
        for (std::int64_t k = 0; k < layer_.hidden; ++k) {
          out[k] = gradients_->scale * h_gradient[k];
        }
      }
    }
  }

  double dot(const float* a, const float* b) const {
    double sum = 0;
    for (std::int64_t k = 0; k < width_; ++k) {
      sum += static_cast<double>(a[k]) * static_cast<double>(b[k]);
    }
    return sum;
  }

  double target_square(std::int64_t arm, std::int64_t row) const {
    const SparseView& x = layer_.target_of(arm);
    double sum = 0;
    for (std::int64_t i = x.begins[row]; i < x.ends[row]; ++i) {
      sum += static_cast<double>(x.values[i]) * static_cast<double>(x.values[i]);
    }
    return sum;
  }

  /// Arms with a target of their own; the others read the first one's.
  std::int64_t target_arms() const { return layer_.sparse.size() == 1 ? 1 : layer_.arms; }

  /// A stretch of blocks of columns, of one arm or of all that share the target.
  void compute_columns(std::int64_t task) {
    const std::int64_t first_arm = task / kColumnTasks;
    const std::int64_t last_arm = target_arms() == 1 ? layer_.arms : first_arm + 1;
    const std::int64_t group = task % kColumnTasks;
    const std::int64_t first = group * column_blocks_ / kColumnTasks;
    for (std::int64_t b = first; b < (group + 1) * column_blocks_ / kColumnTasks; ++b) {
      for (std::int64_t arm = first_arm; arm < last_arm; ++arm) {
        compute_weight_gradients(columns_of(arm * column_blocks_ + b));
      }
    }
  }

  void compute_weight_gradients(const Block& block) {
    Scratch gradient(block.count * width_);
    multiply_transposed(layer_.target_of(block.arm), blocks_[layer_.target_number(block.arm)],
                        layer_.cells, block.first, block.count,
                        h_.data() + block.arm * layer_.cells * width_, width_, gradient.data());
    multiply(block.count, width_, width_, gradients_->scale, {w_of(block), width_},
             {q_.data() + block.arm * width_ * width_, width_}, -gradients_->scale, gradient.data(),
             width_);
    float* weight = gradients_->weight + block.arm * layer_.hidden * layer_.features + block.first;
    transpose_rows(block.count, layer_.hidden, gradient.data(), width_, weight, layer_.features);
    float* bias = gradients_->bias + block.arm * layer_.features + block.first;
    for (std::int64_t j = 0; j < block.count; ++j) {
      bias[j] = gradient.data()[j * width_ + layer_.hidden];
    }
  }

  const OutputLayer& layer_;
  const OutputGradients* gradients_;
  std::int64_t width_;  // P
  std::int64_t column_blocks_;
  std::int64_t row_blocks_;
  Scratch h_;                         // [A, B, P]
  Scratch w_;                         // [A, D, P]
  Scratch gram_parts_;                // [A, column blocks, P, P]
  Scratch gram_;                      // [A, P, P]
  Scratch q_;                         // [A, P, P]
  std::vector<ColumnBlocks> blocks_;  // of each target
};

}  // namespace

void exact_squared_error(const OutputLayer& layer, float* errors,
                         const OutputGradients* gradients) {
  MIXVAE_ASSERT(layer.kind == OutputKind::linear, "the exact form is for linear outputs");
  MIXVAE_ASSERT(!layer.sparse.empty(), "the exact form is for sparse targets");
  ExactError(layer, gradients).run(errors);
}

}  // namespace mixvae::nn::kernels
